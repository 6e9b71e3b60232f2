//! The two things that an application does with a refresh token: uses it, and gives it back.

use api_types::TokenSet;
use serde::Deserialize;

use super::{doors, outcome::Outcome};
use crate::client::{Client, read};

/// What a refresh token gave.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Given {
    access_token: String,
    #[serde(default)]
    id_token: Option<String>,
    #[serde(default)]
    refresh_token: Option<String>,
    expires_in: u16,
    #[serde(default)]
    scope: Option<String>,
}

impl Given {
    /// The refresh token to use next.
    pub(super) fn successor(&self) -> Option<&str> {
        self.refresh_token.as_deref()
    }

    /// What is held now: what did not come is as it was.
    pub(super) fn over(self, set: TokenSet) -> TokenSet {
        TokenSet {
            access_token: self.access_token,
            id_token: self.id_token,
            refresh_token: self.refresh_token.or(set.refresh_token),
            expires_in: self.expires_in,
            scope: self.scope.unwrap_or(set.scope),
            ..set
        }
    }
}

/// Uses a refresh token (RFC 6749 §6).
///
/// # Errors
/// The outcome that is not a set of tokens.
pub(super) async fn refresh(client: Client, set: &TokenSet, token: &str) -> Result<Given, Outcome> {
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", set.client_id.as_str()),
        ("refresh_token", token),
    ];
    let answer = client.post_form(&doors::token(&set.pool_id), &fields).await;
    match answer {
        Ok(answer) if answer.is_good() => {
            read(&answer.body).map_err(|failure| Outcome::lost(failure.headline()))
        }
        other => Err(Outcome::of(other, |_| String::new())),
    }
}

/// Gives a refresh token back, and with it all that came of the same sign-in (RFC 7009).
pub(super) async fn revoke(client: Client, set: &TokenSet, token: &str) -> Outcome {
    let fields = [("token", token), ("client_id", set.client_id.as_str())];
    let answer = client.post_form(&doors::revoke(&set.pool_id), &fields).await;
    Outcome::of(answer, |_| "Revoked".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_did_not_come_stays_as_it_was() {
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
        let given = Given {
            access_token: "a2".into(),
            id_token: None,
            refresh_token: None,
            expires_in: 300,
            scope: None,
        };
        let now = given.over(set);
        assert_eq!((&*now.access_token, now.id_token, now.expires_in), ("a2", None, 300));
        assert_eq!((now.refresh_token.as_deref(), &*now.scope), (Some("r1"), "openid"));
    }
}
