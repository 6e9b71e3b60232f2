//! The requests of the page's measurements, and what they observed.

use api_types::{
    Code, InspectToken, Inspected, Lookups, NewTokens, SecondSession, TokenSet, at_pool, paths,
};

use crate::client::{Client, Failure, read};

/// Requests tokens for the signed-in user, with every scope.
pub(super) async fn new_tokens(client: Client) -> Result<TokenSet, Failure> {
    client.post(paths::TOKENS, &NewTokens::default()).await
}

/// Revokes the tokens of a set (RFC 7009).
///
/// # Errors
/// [`Failure::Unreadable`] if the server refuses.
pub(super) async fn revoke(client: Client, set: &TokenSet) -> Result<(), Failure> {
    let token = set.refresh_token.as_deref().unwrap_or_default();
    let fields = [("token", token), ("client_id", set.client_id.as_str())];
    let answer = client.post_form(&at_pool(paths::REVOKE, &set.pool_id), &fields).await?;
    if answer.is_good() {
        return Ok(());
    }
    Err(Failure::Unreadable { status: answer.status, request_id: answer.request_id })
}

/// The lookups for one request with the session.
pub(super) async fn lookups_by_session(client: Client) -> Result<Lookups, Failure> {
    read(&client.get(paths::LOOKUPS, None).await?)
}

/// The lookups for one request with an access token; `None` if the API refuses the token as invalid.
pub(super) async fn lookups_by_token(
    client: Client,
    set: &TokenSet,
) -> Result<Option<Lookups>, Failure> {
    let answer = client.get_with_token(&set.access_token, paths::LOOKUPS).await?;
    if answer.is_good() {
        return read(&answer.body).map(Some);
    }
    if answer.status == 401 && answer.error().as_deref() == Some(Code::InvalidToken.as_str()) {
        return Ok(None);
    }
    Err(Failure::Unreadable { status: answer.status, request_id: answer.request_id })
}

/// Whether the API accepts the second session.
pub(super) async fn accepts_second_session(client: Client) -> Result<bool, Failure> {
    let second: SecondSession = read(&client.get(paths::SECOND_SESSION, None).await?)?;
    Ok(second.accepted)
}

/// What a verifier says that checks only the signature and the times of a token.
pub(super) async fn inspect(client: Client, set: &TokenSet) -> Result<Inspected, Failure> {
    client.post(paths::INSPECT_TOKEN, &InspectToken { token: set.access_token.clone() }).await
}

/// The time now, in milliseconds since 1970.
pub(super) fn now() -> f64 {
    js_sys::Date::now()
}
