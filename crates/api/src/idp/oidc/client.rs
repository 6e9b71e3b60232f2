//! Client authentication (RFC 6749 §2.3), and the scopes that a client may ask for.

use actix_web::{HttpRequest, http::header::HeaderMap};
use api_types::OauthError;
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{AccessScope, ClientId};
use throttle::Rule;

use super::{
    parameters::{Parameters, authorization},
    refusal::Refusal,
};
use crate::{
    Api, attempts,
    error::ApiError,
    idp::{Application, client_secret::is_secret_of, snapshot::Pool},
};

/// The credentials that an application sent.
struct ClientCredentials {
    id: String,
    secret: Option<String>,
}

/// The application with that id, if it belongs to this pool.
///
/// # Errors
/// 503 if the node does not know the application and PostgreSQL does not answer.
pub(super) async fn find(
    api: &Api,
    pool: &Pool,
    id: &str,
) -> Result<Option<Application>, ApiError> {
    let Ok(id) = id.parse::<ClientId>() else { return Ok(None) };
    let known = api.pools.find(|snapshot| snapshot.application(&id).cloned()).await?;
    Ok(known.filter(|known| known.pool.pool.id == pool.pool.id))
}

/// Authenticates the application: a public one by its id, any other also by its secret. A wrong secret counts as an attempt.
///
/// # Errors
/// 429 if there were too many wrong secrets; `invalid_client` if the application does not belong to this pool, if its secret is missing or wrong, or if a
/// public application sent a secret; `invalid_request` if the credentials were sent in two ways.
pub(super) async fn authenticate(
    api: &Api,
    pool: &Pool,
    request: &HttpRequest,
    form: &Parameters,
) -> Result<Application, Refusal> {
    let shown = shown(request.headers(), form)?;
    let attempt =
        attempts::reserve(api, request, Rule::ClientSecret, pool.pool.tenant, &shown.id).await?;
    attempts::settle(attempt, prove(api, pool, shown).await).await
}

async fn prove(api: &Api, pool: &Pool, shown: ClientCredentials) -> Result<Application, Refusal> {
    let ClientCredentials { id, secret } = shown;
    let known = find(api, pool, &id).await?.ok_or(Refusal::CLIENT)?;
    let proved = match (&known.client.secret, &secret) {
        (None, None) => true,
        (Some(_), Some(secret)) => is_secret_of(&known.client, secret),
        _ => false,
    };
    if proved { Ok(known) } else { Err(Refusal::CLIENT) }
}

/// The requested scopes without duplicates. If the request names none, all scopes of the application, as with Cognito.
///
/// # Errors
/// `invalid_scope` if a scope is unknown, if the application may not have it, or if no scope is left.
pub(super) fn scopes(
    application: &Application,
    asked: Option<&str>,
) -> Result<Vec<AccessScope>, Refusal> {
    chosen(&application.client.scopes, asked, Unknown::Refused)
}

/// Like [`scopes`], for a user's tokens: unknown scopes, such as `offline_access`, are ignored (OpenID Connect Core §3.1.2.1). The token response names the
/// scopes that were granted.
///
/// # Errors
/// `invalid_scope` if the application may not have a known scope, or if no known one is left.
pub(super) fn known_scopes(
    application: &Application,
    asked: Option<&str>,
) -> Result<Vec<AccessScope>, Refusal> {
    chosen(&application.client.scopes, asked, Unknown::Ignored)
}

/// Whether an unknown scope is ignored or refused.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unknown {
    Ignored,
    Refused,
}

fn chosen(
    allowed: &[AccessScope],
    asked: Option<&str>,
    unknown: Unknown,
) -> Result<Vec<AccessScope>, Refusal> {
    let refused = |why| Refusal::Told(OauthError::InvalidScope, why);
    let Some(asked) = asked else { return Ok(allowed.to_vec()) };
    let mut scopes = Vec::new();
    for word in asked.split(' ').filter(|word| !word.is_empty()) {
        let Ok(scope) = word.parse() else {
            if unknown == Unknown::Refused {
                return Err(refused("a scope is unknown"));
            }
            continue;
        };
        if !allowed.contains(&scope) {
            return Err(refused("the client may not ask for one of the scopes"));
        }
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    if scopes.is_empty() {
        return Err(refused("scope contains no known scope"));
    }
    Ok(scopes)
}

/// Reads the credentials: `client_secret_basic`, `client_secret_post`, or an id without a secret. Only one way may be used.
fn shown(headers: &HeaderMap, form: &Parameters) -> Result<ClientCredentials, Refusal> {
    let (id, secret) = (form.get("client_id"), form.get("client_secret"));
    let Some(header) = authorization(headers)? else {
        let id = id.ok_or(Refusal::CLIENT)?.to_owned();
        return Ok(ClientCredentials { id, secret: secret.map(str::to_owned) });
    };
    let shown = basic(header).ok_or(Refusal::CLIENT)?;
    if secret.is_some() || id.is_some_and(|id| id != shown.id) {
        return Err(Refusal::Told(
            OauthError::InvalidRequest,
            "client credentials are sent in two ways",
        ));
    }
    Ok(shown)
}

/// Parses `Authorization: Basic`. Id and secret are form-encoded before they are joined (RFC 6749 §2.3.1).
fn basic(header: &str) -> Option<ClientCredentials> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let joined = String::from_utf8(STANDARD.decode(encoded.trim_start_matches(' ')).ok()?).ok()?;
    let (id, secret) = joined.split_once(':')?;
    Some(ClientCredentials { id: from_form(id)?, secret: Some(from_form(secret)?) })
}

fn from_form(text: &str) -> Option<String> {
    let as_value = format!("={}", text.replace('&', "%26"));
    let (_, value) = form_urlencoded::parse(as_value.as_bytes()).next()?;
    Some(value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(id_and_secret: &str) -> Option<(String, String)> {
        let header = format!("Basic {}", STANDARD.encode(id_and_secret));
        basic(&header).map(|ClientCredentials { id, secret }| (id, secret.unwrap()))
    }

    #[test]
    fn id_and_secret_are_read_as_they_are_written_in_a_form() {
        let pair = |id: &str, secret: &str| Some((id.to_owned(), secret.to_owned()));
        assert_eq!(shown("payroll:s3-_~"), pair("payroll", "s3-_~"));
        assert_eq!(shown("a%2Bb:%3A%26%25"), pair("a+b", ":&%"));
        assert_eq!(shown("a:b:c&d=e"), pair("a", "b:c&d=e"));
    }

    /// T7: a request for a user's tokens may name unknown scopes; a machine's request may not (RFC 6749 §3.3, OpenID Connect Core §3.1.2.1).
    #[test]
    fn unknown_scopes_are_ignored_where_a_user_signs_in() {
        let allowed = [AccessScope::OpenId, AccessScope::Email];
        let chosen = |asked, unknown| super::chosen(&allowed, Some(asked), unknown).ok();
        let openid = Some(vec![AccessScope::OpenId]);
        assert_eq!(chosen("openid offline_access  openid", Unknown::Ignored), openid);
        assert_eq!(chosen("openid offline_access", Unknown::Refused), None);
        assert_eq!(chosen("openid", Unknown::Refused), openid);
        for unknown in [Unknown::Ignored, Unknown::Refused] {
            for odd in [" ", "offline_access", "openid profile", "OPENID"] {
                assert_eq!(chosen(odd, unknown), None, "{odd}");
            }
            assert_eq!(super::chosen(&allowed, None, unknown).unwrap(), allowed);
        }
    }

    #[test]
    fn malformed_basic_credentials_are_ignored() {
        for odd in ["Basic", "Basic !", "Bearer YTpi", "Basic YWI=", "Basic /w=="] {
            assert!(basic(odd).is_none(), "{odd}");
        }
        assert!(basic("basic  YTpi").is_some());
    }
}
