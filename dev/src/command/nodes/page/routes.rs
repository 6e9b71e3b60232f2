//! The routes of the page: its files, the stream of events, and the operations.

use std::{convert::Infallible, sync::Arc};

use bytes::Bytes;
use http_body_util::{BodyExt, Either, Full, Limited, channel::Channel};
use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{self, HeaderName, HeaderValue},
};
use serde_json::json;
use tokio::sync::oneshot;

use super::{Page, events, files, guard};
use crate::command::nodes::state::Operation;

/// The most bytes of an operation.
const LONGEST_BODY: usize = 1024;

/// The headers of every reply. Scripts and styles come from the page's own files only, and no other site may embed or read the page.
const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
];

type Body = Either<Full<Bytes>, Channel<Bytes, Infallible>>;

/// Answers one request.
pub(super) async fn route(page: &Arc<Page>, request: Request<Incoming>) -> Response<Body> {
    let mut response = match guard::check(request.method(), request.headers(), page.port) {
        Ok(()) => answer(page, request).await,
        Err(refusal) => error(refusal.status(), &refusal.to_string()),
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn answer(page: &Arc<Page>, request: Request<Incoming>) -> Response<Body> {
    let method = request.method().clone();
    match request.uri().path() {
        "/events" if method == Method::GET => {
            with_type("text/event-stream", Either::Right(events::stream(page)))
        }
        "/operations" if method == Method::POST => carry_out(page, request.into_body()).await,
        path => match files::find(path) {
            Some(file) if method == Method::GET => {
                with_type(file.media_type, Either::Left(Full::from(file.content)))
            }
            Some(_) => error(StatusCode::METHOD_NOT_ALLOWED, "only `GET` is allowed here"),
            None => error(StatusCode::NOT_FOUND, "there is no page at this address"),
        },
    }
}

/// Carries out the operation in the body, and answers when it is done.
async fn carry_out(page: &Page, body: Incoming) -> Response<Body> {
    let Ok(body) = Limited::new(body, LONGEST_BODY).collect().await else {
        let text = format!("the body has more than {LONGEST_BODY} bytes, or is not complete");
        return error(StatusCode::PAYLOAD_TOO_LARGE, &text);
    };
    let operation: Operation = match serde_json::from_slice(&body.to_bytes()) {
        Ok(operation) => operation,
        Err(cause) => {
            let text = format!("the body is not an operation: {cause}");
            return error(StatusCode::BAD_REQUEST, &text);
        }
    };
    let (done, result) = oneshot::channel();
    if page.operations.send((operation, done)).await.is_err() {
        return stopping();
    }
    match result.await {
        Ok(Ok(())) => with_type("application/json", Either::Left(Full::from("{}"))),
        Ok(Err(refusal)) => error(StatusCode::CONFLICT, &refusal.to_string()),
        Err(_) => stopping(),
    }
}

fn stopping() -> Response<Body> {
    error(StatusCode::SERVICE_UNAVAILABLE, "`just nodes` is stopping")
}

fn error(status: StatusCode, text: &str) -> Response<Body> {
    let body = json!({ "error": text }).to_string();
    let mut response = with_type("application/json", Either::Left(Full::from(body)));
    *response.status_mut() = status;
    response
}

fn with_type(media_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}
