//! Client authentication (RFC 6749 §2.3), and the scopes that a client may ask for.

use actix_web::{HttpRequest, http::header::HeaderMap};
use api_types::OauthError;
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{AccessScope, ClientId};
use idp::{Application, Pool, PoolsError, UnknownScopes};
use throttle::Rule;

use super::{
    parameters::{Parameters, authorization},
    refusal::Refusal,
};
use crate::{Api, attempts};

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
) -> Result<Option<Application>, PoolsError> {
    let Ok(id) = id.parse::<ClientId>() else { return Ok(None) };
    api.idp.pools.application_of(pool.id(), &id).await
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
    let sent = credentials(request.headers(), form)?;
    let attempt =
        attempts::reserve(api, request, Rule::ClientSecret, pool.tenant(), &sent.id).await?;
    attempts::settle(attempt, check(api, pool, &sent).await).await
}

async fn check(api: &Api, pool: &Pool, sent: &ClientCredentials) -> Result<Application, Refusal> {
    let known = find(api, pool, &sent.id).await?.ok_or(Refusal::CLIENT)?;
    if known.is_authenticated_by(sent.secret.as_deref()) { Ok(known) } else { Err(Refusal::CLIENT) }
}

/// The requested scopes, or all scopes of the application if the request names none.
///
/// # Errors
/// `invalid_scope` as for [`Application::choose_scopes`].
pub(super) fn scopes(
    application: &Application,
    requested: Option<&str>,
    unknown: UnknownScopes,
) -> Result<Vec<AccessScope>, Refusal> {
    let scopes = application.choose_scopes(requested, unknown);
    scopes.map_err(|invalid| Refusal::Oauth(OauthError::InvalidScope, invalid.description()))
}

/// Reads the credentials: `client_secret_basic`, `client_secret_post`, or an id without a secret. Only one way may be used.
fn credentials(headers: &HeaderMap, form: &Parameters) -> Result<ClientCredentials, Refusal> {
    let (id, secret) = (form.get("client_id"), form.get("client_secret"));
    let Some(header) = authorization(headers)? else {
        let id = id.ok_or(Refusal::CLIENT)?.to_owned();
        return Ok(ClientCredentials { id, secret: secret.map(str::to_owned) });
    };
    let sent = basic(header).ok_or(Refusal::CLIENT)?;
    if secret.is_some() || id.is_some_and(|id| id != sent.id) {
        return Err(Refusal::Oauth(
            OauthError::InvalidRequest,
            "client credentials are sent in two ways",
        ));
    }
    Ok(sent)
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

    fn read(id_and_secret: &str) -> Option<(String, String)> {
        let header = format!("Basic {}", STANDARD.encode(id_and_secret));
        basic(&header).map(|ClientCredentials { id, secret }| (id, secret.unwrap()))
    }

    #[test]
    fn id_and_secret_are_read_as_they_are_written_in_a_form() {
        let pair = |id: &str, secret: &str| Some((id.to_owned(), secret.to_owned()));
        assert_eq!(read("payroll:s3-_~"), pair("payroll", "s3-_~"));
        assert_eq!(read("a%2Bb:%3A%26%25"), pair("a+b", ":&%"));
        assert_eq!(read("a:b:c&d=e"), pair("a", "b:c&d=e"));
    }

    #[test]
    fn malformed_basic_credentials_are_ignored() {
        for odd in ["Basic", "Basic !", "Bearer YTpi", "Basic YWI=", "Basic /w=="] {
            assert!(basic(odd).is_none(), "{odd}");
        }
        assert!(basic("basic  YTpi").is_some());
    }
}
