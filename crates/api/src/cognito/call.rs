//! One request of the protocol: its operation, its parameters and its body.

use std::collections::HashMap;

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderMap, HeaderName},
    web::{self, Bytes},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    JSON,
    exception::{Exception, Kind},
};
use crate::{
    Api,
    extract::json::{self, Fault},
};

/// The largest accepted body, in bytes. Every valid request is much smaller.
const LARGEST: usize = 16 << 10;
const X_AMZ_TARGET: HeaderName = HeaderName::from_static("x-amz-target");
const SERVICE: &str = "AWSCognitoIdentityProviderService.";

/// A request, with the application state that answers it.
pub(super) struct Call<'c> {
    pub(super) api: &'c Api,
    pub(super) request: &'c HttpRequest,
    pub(super) body: &'c [u8],
}

/// The names and values of `AuthParameters` or `ChallengeResponses`.
pub(super) type Parameters = HashMap<String, String>;

impl Call<'_> {
    /// The name of the operation, from `X-Amz-Target`.
    pub(super) fn operation(&self) -> Result<&str, Exception> {
        let unknown = || {
            let message = "X-Amz-Target does not name an operation: expected AWSCognitoIdentityProviderService and a name, separated by a dot.";
            Exception::new(Kind::UnknownOperation, message)
        };
        let headers = self.request.headers();
        let target =
            only_value(headers, &X_AMZ_TARGET).and_then(|value| value.strip_prefix(SERVICE));
        let media_type =
            only_value(headers, &header::CONTENT_TYPE).and_then(|v| v.split(';').next());
        if !media_type.is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case(JSON)) {
            return Err(Exception::new(
                Kind::Serialization,
                "Send `Content-Type: application/x-amz-json-1.1`.",
            ));
        }
        target.ok_or_else(unknown)
    }

    /// Parses the body. Errors do not repeat values of the body, because a value can be a password. Unknown members are ignored, because clients send many that
    /// have no meaning here.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Exception> {
        let body: Value = serde_json::from_slice(self.body)
            .map_err(|_| Exception::new(Kind::Serialization, "The body is not JSON."))?;
        json::from_value(without_nulls(body)).map_err(|fault| {
            Exception::invalid(match fault {
                Fault::Missing(name) => format!("Missing required parameter {name}"),
                other => format!("{other}."),
            })
        })
    }
}

/// Removes members that are null. AWS' protocols treat null as absent, and Amplify's client sends null for absent values.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let present = members.into_iter().filter(|(_, member)| !member.is_null());
            present.map(|(name, member)| (name, without_nulls(member))).collect()
        }
        other => other,
    }
}

/// Reads the body, up to [`LARGEST`] bytes.
pub(super) async fn body(payload: web::Payload) -> Result<Bytes, Exception> {
    let read = payload.to_bytes_limited(LARGEST).await;
    let read = read.map_err(|_| {
        Exception::new(Kind::RequestEntityTooLarge, "The body is larger than 16 KiB.")
    })?;
    read.map_err(|_| Exception::new(Kind::Serialization, "The body cannot be read."))
}

/// The value of a required parameter. An empty value counts as missing.
pub(super) fn required<'p>(parameters: &'p Parameters, name: &str) -> Result<&'p str, Exception> {
    let found = parameters.get(name).filter(|value| !value.is_empty()).map(String::as_str);
    found.ok_or_else(|| Exception::invalid(format!("Missing required parameter {name}")))
}

/// The value of a header that was sent exactly once; otherwise `None`.
fn only_value<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name);
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}
