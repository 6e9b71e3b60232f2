//! JSON bodies: how large they may be, and what is said of a bad one.

use actix_web::{
    error::{JsonPayloadError, PayloadError},
    web::JsonConfig,
};
use api_types::Code;

use crate::error::ApiError;

/// The largest body. Nothing we accept is near it.
const LIMIT: usize = 16 << 10;

/// How `web::Json` reads.
pub(crate) fn config() -> JsonConfig {
    JsonConfig::default().limit(LIMIT).error_handler(|error, _| refusal(&error).into())
}

/// The serde message is not passed on: it can quote the value, and the value can be a password.
fn refusal(error: &JsonPayloadError) -> ApiError {
    match error {
        JsonPayloadError::Overflow { .. }
        | JsonPayloadError::OverflowKnownLength { .. }
        | JsonPayloadError::Payload(PayloadError::Overflow) => ApiError::new(Code::BodyTooLarge),
        JsonPayloadError::ContentType => ApiError::new(Code::UnsupportedMediaType),
        JsonPayloadError::Deserialize(error) => {
            let kind = if error.is_data() {
                "has a field that is missing, unknown or of the wrong type"
            } else {
                "is not JSON"
            };
            let at = format!("line {}, column {}", error.line(), error.column());
            ApiError::with_detail(
                Code::BadRequest,
                format!("The body {kind} ({at}). `/docs` shows what is wanted."),
            )
        }
        _ => ApiError::new(Code::BadRequest),
    }
}
