//! Reads JSON bodies: their size limit, and the errors for invalid ones.

mod fault;

use std::{future::Future, ops::Deref, pin::Pin};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header::CONTENT_LENGTH, web,
};
use api_types::Code;
use serde::de::DeserializeOwned;

use crate::error::ApiError;

pub(crate) use fault::{Fault, from_value};

/// The largest body, in bytes. Every valid body is far smaller.
const LIMIT: usize = 16 << 10;

/// The JSON body of a request. It works like actix's `Json`, but its errors name the field.
#[derive(Debug)]
pub(crate) struct Body<T>(T);

impl<T> Body<T> {
    /// The parsed body.
    pub(crate) fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Body<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let refused = if !is_json(request) {
            Some(Code::UnsupportedMediaType)
        } else if announced(request) > LIMIT {
            Some(Code::BodyTooLarge)
        } else {
            None
        };
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            if let Some(code) = refused {
                return Err(ApiError::new(code));
            }
            let unreadable = |_| ApiError::new(Code::BadRequest);
            let read = payload.await.map_err(unreadable)?.to_bytes_limited(LIMIT).await;
            let body = read.map_err(|_| ApiError::new(Code::BodyTooLarge))?.map_err(unreadable)?;
            fault::from_slice(&body).map(Self).map_err(ApiError::from)
        })
    }
}

/// The length in `Content-Length`, so that a body that is too large is refused before it arrives. 0 without the header.
fn announced(request: &HttpRequest) -> usize {
    let length = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.map_or(0, |length| length.parse().unwrap_or(usize::MAX))
}

/// Whether the content type is `application/json` or ends in `+json`.
fn is_json(request: &HttpRequest) -> bool {
    let Ok(Some(mime)) = request.mime_type() else { return false };
    let is = |name: &str| name == "json";
    mime.type_() == "application"
        && (is(mime.subtype().as_str()) || mime.suffix().is_some_and(|s| is(s.as_str())))
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        Self::with_detail(Code::BadRequest, format!("{fault}. `/docs` lists the fields."))
    }
}
