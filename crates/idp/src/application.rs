//! One application of a user pool, its authentication, and the scopes that it may ask for.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::{AccessScope, TenantId};
use store::{Flow, NewAppClient};

use crate::{Pool, client_secret::is_secret_of};

/// An application, and the pool that it belongs to.
#[derive(Clone)]
pub struct Application {
    /// Its pool, the only one that issues tokens to it.
    pub pool: Arc<Pool>,
    /// Its settings: flows, scopes, addresses and lifetimes.
    pub client: Arc<NewAppClient>,
    created_at: DateTime<Utc>,
}

/// What to do with unknown scopes in a request, such as `offline_access`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownScopes {
    /// Ignore them (OpenID Connect Core §3.1.2.1). The token response names the scopes that were granted.
    Ignore,
    /// Refuse the request.
    Refuse,
}

/// Why the scopes of a request are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidScopes {
    /// A scope is unknown.
    #[error("a scope is unknown")]
    Unknown,
    /// The application may not ask for one of the scopes.
    #[error("the client may not ask for one of the scopes")]
    NotAllowed,
    /// The request names no known scope.
    #[error("scope contains no known scope")]
    Empty,
}

impl Application {
    /// An application of this pool. A token that was issued before `created_at` belongs to another application with the same id.
    pub const fn new(
        pool: Arc<Pool>,
        client: Arc<NewAppClient>,
        created_at: DateTime<Utc>,
    ) -> Self {
        Self { pool, client, created_at }
    }

    /// The tenant of its pool.
    pub fn tenant(&self) -> TenantId {
        self.pool.tenant()
    }

    /// When the application was added.
    pub(crate) const fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// Whether its tokens may have this scope now. Every application that may use Cognito's protocol also has the scope of the user's own account.
    pub fn allows(&self, scope: AccessScope) -> bool {
        let cognito = [Flow::Password, Flow::Srp].into_iter().any(|flow| self.may_use(flow));
        self.client.scopes.contains(&scope) || (scope == AccessScope::OwnAccount && cognito)
    }

    /// Whether it may get tokens with this flow.
    pub fn may_use(&self, flow: Flow) -> bool {
        self.client.flows.contains(&flow)
    }

    /// Whether the credentials are those of the application: a public one has no secret, and any other must send its own.
    pub fn is_authenticated_by(&self, secret: Option<&str>) -> bool {
        match (&self.client.secret, secret) {
            (None, None) => true,
            (Some(_), Some(secret)) => self.has_secret(secret),
            _ => false,
        }
    }

    /// Whether the text is the application's secret. Always false for a public application, which has no secret.
    pub fn has_secret(&self, text: &str) -> bool {
        is_secret_of(&self.client, text)
    }

    /// The requested scopes without duplicates. If the request names none, all scopes of the application, as with Cognito.
    ///
    /// # Errors
    /// [`InvalidScopes`] if a scope is unknown and `unknown` refuses it, if the application may not have a scope, or if no scope is left.
    pub fn choose_scopes(
        &self,
        requested: Option<&str>,
        unknown: UnknownScopes,
    ) -> Result<Vec<AccessScope>, InvalidScopes> {
        choose(&self.client.scopes, requested, unknown)
    }
}

impl InvalidScopes {
    /// The same as its `Display`, for `error_description`: printable ASCII (RFC 6749 §5.2).
    pub const fn description(self) -> &'static str {
        match self {
            Self::Unknown => "a scope is unknown",
            Self::NotAllowed => "the client may not ask for one of the scopes",
            Self::Empty => "scope contains no known scope",
        }
    }
}

fn choose(
    allowed: &[AccessScope],
    requested: Option<&str>,
    unknown: UnknownScopes,
) -> Result<Vec<AccessScope>, InvalidScopes> {
    let Some(requested) = requested else { return Ok(allowed.to_vec()) };
    let mut scopes = Vec::new();
    for word in requested.split(' ').filter(|word| !word.is_empty()) {
        let Ok(scope) = word.parse() else {
            if unknown == UnknownScopes::Refuse {
                return Err(InvalidScopes::Unknown);
            }
            continue;
        };
        if !allowed.contains(&scope) {
            return Err(InvalidScopes::NotAllowed);
        }
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    if scopes.is_empty() { Err(InvalidScopes::Empty) } else { Ok(scopes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T7: a request for a user's tokens may name unknown scopes; a machine's request may not (RFC 6749 §3.3, OpenID Connect Core §3.1.2.1).
    #[test]
    fn unknown_scopes_are_ignored_where_a_user_signs_in() {
        let allowed = [AccessScope::OpenId, AccessScope::Email];
        let chosen = |requested, unknown| choose(&allowed, Some(requested), unknown).ok();
        let openid = Some(vec![AccessScope::OpenId]);
        assert_eq!(chosen("openid offline_access  openid", UnknownScopes::Ignore), openid);
        assert_eq!(chosen("openid offline_access", UnknownScopes::Refuse), None);
        assert_eq!(chosen("openid", UnknownScopes::Refuse), openid);
        for unknown in [UnknownScopes::Ignore, UnknownScopes::Refuse] {
            for odd in [" ", "offline_access", "openid profile", "OPENID"] {
                assert_eq!(chosen(odd, unknown), None, "{odd}");
            }
            assert_eq!(choose(&allowed, None, unknown).unwrap(), allowed);
        }
    }

    #[test]
    fn the_description_equals_the_displayed_text() {
        for invalid in [InvalidScopes::Unknown, InvalidScopes::NotAllowed, InvalidScopes::Empty] {
            assert_eq!(invalid.to_string(), invalid.description());
        }
    }
}
