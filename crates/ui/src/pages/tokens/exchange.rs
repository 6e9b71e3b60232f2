//! The two requests that an application makes with a refresh token: exchange it for new tokens, and revoke it.

use api_types::{TokenReply, TokenSet, at_pool, paths};

use super::outcome::Outcome;
use crate::client::{Client, read};

/// The tokens after a refresh. If the reply contains no refresh token, the old one stays in use.
pub(super) fn with_new_tokens(reply: TokenReply, set: TokenSet) -> TokenSet {
    TokenSet {
        access_token: reply.access_token,
        id_token: reply.id_token,
        refresh_token: reply.refresh_token.or(set.refresh_token),
        expires_in: reply.expires_in,
        scope: reply.scope,
        ..set
    }
}

/// Exchanges a refresh token for new tokens (RFC 6749 §6).
///
/// # Errors
/// The outcome, if the reply contains no tokens.
pub(super) async fn refresh(
    client: Client,
    set: &TokenSet,
    token: &str,
) -> Result<TokenReply, Outcome> {
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", set.client_id.as_str()),
        ("refresh_token", token),
    ];
    let answer = client.post_form(&at_pool(paths::TOKEN, &set.pool_id), &fields).await;
    match answer {
        Ok(answer) if answer.is_good() => {
            read(&answer.body).map_err(|failure| Outcome::no_reply(failure.headline()))
        }
        other => Err(Outcome::of(other, |_| String::new())),
    }
}

/// Revokes a refresh token, and with it all tokens of the same sign-in (RFC 7009).
pub(super) async fn revoke(client: Client, set: &TokenSet, token: &str) -> Outcome {
    let fields = [("token", token), ("client_id", set.client_id.as_str())];
    let answer = client.post_form(&at_pool(paths::REVOKE, &set.pool_id), &fields).await;
    Outcome::of(answer, |_| "Revoked".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_missing_from_a_reply_are_kept() {
        let set = TokenSet {
            access_token: "a1".into(),
            id_token: Some("i1".into()),
            refresh_token: Some("r1".into()),
            token_type: "Bearer".into(),
            expires_in: 900,
            scope: "openid".into(),
            issuer: "i".into(),
            pool_id: "eu-local-1_AcmeCorp1".parse().unwrap(),
            client_id: "pagesAcmeCorp1".parse().unwrap(),
        };
        let reply = TokenReply {
            access_token: "a2".into(),
            token_type: "Bearer".into(),
            expires_in: 300,
            refresh_token: None,
            id_token: None,
            scope: "openid".into(),
        };
        let now = with_new_tokens(reply, set);
        assert_eq!((&*now.access_token, now.id_token, now.expires_in), ("a2", None, 300));
        assert_eq!((now.refresh_token.as_deref(), &*now.scope), (Some("r1"), "openid"));
    }
}
