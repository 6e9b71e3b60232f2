//! Checks that the sign-in of a token was not revoked.

use domain::TenantId;
use session::{ReadBatch, TokenOrigin};

use crate::{Api, error::ApiError};

/// The tenant's state, if the sign-in that a token comes from was not revoked (row T5). One batch, so both replies come from the same Redis process. The
/// token of a machine has no sign-in.
pub(crate) async fn check_not_revoked(
    api: &Api,
    tenant: TenantId,
    sign_in: Option<&TokenOrigin>,
) -> Result<cache::TenantState, ApiError> {
    let mut batch = ReadBatch::over(&api.redis, tenant);
    let check = sign_in.map(|of| api.sessions.ask_revocations(&mut batch, of)).transpose()?;
    let state = api.cache.ask_state(&mut batch, tenant);
    let mut replies = batch.send().await?;
    let state = api.cache.read_state(state, &mut replies).await?;
    match check.map(|check| api.sessions.is_revoked(check, &mut replies)).transpose()? {
        Some(true) => Err(ApiError::revoked_token()),
        Some(false) | None => Ok(state),
    }
}
