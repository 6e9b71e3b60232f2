//! The id of a request, which its reply, its log lines and its trace carry.

use actix_web::{
    HttpMessage,
    http::header::{HeaderValue, InvalidHeaderValue},
};
use uuid::{Uuid, fmt::Simple};

/// The id of a request: 32 hexadecimal digits, always generated here. An id that the client sends is ignored.
#[derive(Clone, Copy)]
pub(crate) struct RequestId([u8; Simple::LENGTH]);

impl RequestId {
    /// Makes a new id.
    pub(crate) fn fresh() -> Self {
        let mut digits = [0; Simple::LENGTH];
        Uuid::now_v7().simple().encode_lower(&mut digits);
        Self(digits)
    }

    /// The 32 digits.
    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The id that the middleware `request_id` gave to the request.
    pub(crate) fn of<M: HttpMessage>(request: &M) -> Self {
        request.extensions().get().copied().unwrap_or_else(Self::fresh)
    }

    /// The id as the value of a header.
    pub(crate) fn to_header(self) -> Result<HeaderValue, InvalidHeaderValue> {
        HeaderValue::from_bytes(&self.0)
    }
}
