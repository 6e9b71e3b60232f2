//! Work that must not stop half-way when the client disconnects.

use crate::error::ApiError;

/// Runs `work` to its end, even if the client disconnects meanwhile.
///
/// # Errors
/// The error of `work`, or 500 if it panicked.
pub(crate) async fn finish<T: 'static>(
    work: impl Future<Output = Result<T, ApiError>> + 'static,
) -> Result<T, ApiError> {
    actix_web::rt::spawn(work).await.map_err(ApiError::broken)?
}
