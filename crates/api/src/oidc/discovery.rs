//! Discovery and JWKS: everything that a standard client needs to use an issuer (row T1).

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use api_types::{Code, Discovery, at_pool, paths};
use chrono::Utc;
use domain::{AccessScope, PoolId};
use idp::{JWKS_MAX_AGE, Pool};
use token::JwkSet;

use super::issuer;
use crate::{Api, error::ApiError};

/// The supported methods of client authentication.
const METHODS: [&str; 3] = ["client_secret_basic", "client_secret_post", "none"];
/// The claims of ID tokens and of the user-info endpoint (row T2).
const CLAIMS: [&str; 17] = [
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "at_hash",
    "jti",
    "origin_jti",
    "token_use",
    "email",
    "email_verified",
    "name",
    "cognito:username",
    "cognito:groups",
    "custom:tenant_id",
];

/// Returns the discovery document of an issuer. It is the same on the bare host and on the company's own host.
#[utoipa::path(
    get, path = "/{pool_id}/.well-known/openid-configuration", tag = "oidc", security(()),
    params(("pool_id" = PoolId, Path, description = "The pool")),
    responses(
        (status = 200, description = "The endpoints and the supported features (OpenID Connect Discovery)", body = Discovery),
        (status = 403, description = "`company_closed`", body = api_types::Problem),
        (status = 404, description = "There is no such pool at this host", body = api_types::Problem),
    )
)]
pub(crate) async fn discovery(
    request: HttpRequest,
    id: web::Path<PoolId>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    respond(&request, &api, &id).await
}

/// Returns the same document at the path of RFC 8414 §3.1, where OAuth clients expect it: between the host and the path of the issuer.
#[utoipa::path(
    get, path = "/.well-known/oauth-authorization-server/{pool_id}", tag = "oidc", security(()),
    params(("pool_id" = PoolId, Path, description = "The pool")),
    responses(
        (status = 200, description = "Authorization server metadata: the same document as discovery", body = Discovery),
        (status = 403, description = "`company_closed`", body = api_types::Problem),
        (status = 404, description = "There is no such pool at this host", body = api_types::Problem),
    )
)]
pub(crate) async fn authorization_server(
    request: HttpRequest,
    id: web::Path<PoolId>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    respond(&request, &api, &id).await
}

/// Returns the same document for clients that put the suffix of OpenID Connect before the issuer's path (RFC 8414 §5).
#[utoipa::path(
    get, path = "/.well-known/openid-configuration/{pool_id}", tag = "oidc", security(()),
    params(("pool_id" = PoolId, Path, description = "The pool")),
    responses(
        (status = 200, description = "The same document as discovery", body = Discovery),
        (status = 403, description = "`company_closed`", body = api_types::Problem),
        (status = 404, description = "There is no such pool at this host", body = api_types::Problem),
    )
)]
pub(crate) async fn discovery_before_path(
    request: HttpRequest,
    id: web::Path<PoolId>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    respond(&request, &api, &id).await
}

async fn respond(request: &HttpRequest, api: &Api, id: &PoolId) -> Result<HttpResponse, ApiError> {
    let pool = issuer::find_pool(request, api, id).await?;
    let keys = api.idp.pools.published_keys(&pool, Utc::now()).await?;
    let company = api.store.tenant(pool.tenant()).await?;
    let company = company.ok_or_else(|| ApiError::new(Code::UnknownCompany))?;
    let company_origin = api.settings.public_url.company_origin(&company.slug);
    Ok(cacheable().json(document(api, &pool, &company_origin, &keys)))
}

/// Returns the keys that the pool's tokens are verified with: two, and more during a rotation (row T8). A key is published before it signs.
#[utoipa::path(
    get, path = "/{pool_id}/.well-known/jwks.json", tag = "oidc", security(()),
    params(("pool_id" = PoolId, Path, description = "The pool")),
    responses(
        (status = 200, description = "A JSON Web Key Set (RFC 7517)"),
        (status = 403, description = "`company_closed`", body = api_types::Problem),
        (status = 404, description = "There is no such pool at this host", body = api_types::Problem),
    )
)]
pub(crate) async fn jwks(
    request: HttpRequest,
    id: web::Path<PoolId>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let pool = issuer::find_pool(&request, &api, &id).await?;
    let keys = api.idp.pools.published_keys(&pool, Utc::now()).await?;
    Ok(cacheable().json(keys))
}

/// A response that any cache may keep: the content is public and the same for all clients.
fn cacheable() -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    let seconds = format!("public, max-age={}", JWKS_MAX_AGE.as_secs());
    response.insert_header((header::CACHE_CONTROL, seconds));
    response
}

fn document(api: &Api, pool: &Pool, company_origin: &str, keys: &JwkSet) -> Discovery {
    let (base, id) = (&api.settings.public_url, pool.id());
    let at_base = |path| format!("{base}{}", at_pool(path, id));
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    // During a rotation to another algorithm, keys of the previous one are still published.
    let mut algorithms = vec![pool.settings().algorithm.clone()];
    for key in keys.keys() {
        let algorithm = key.algorithm().as_str().to_owned();
        if !algorithms.contains(&algorithm) {
            algorithms.push(algorithm);
        }
    }
    Discovery {
        issuer: pool.issuer().url().to_string(),
        authorization_endpoint: format!("{company_origin}{}", at_pool(paths::AUTHORIZE, id)),
        token_endpoint: at_base(paths::TOKEN),
        userinfo_endpoint: at_base(paths::USER_INFO),
        revocation_endpoint: at_base(paths::REVOKE),
        end_session_endpoint: format!("{company_origin}{}", at_pool(paths::LOGOUT, id)),
        jwks_uri: at_base(paths::JWKS),
        response_types_supported: words(&["code"]),
        response_modes_supported: words(&["query"]),
        grant_types_supported: words(&[
            "authorization_code",
            "refresh_token",
            "client_credentials",
        ]),
        subject_types_supported: words(&["public"]),
        id_token_signing_alg_values_supported: algorithms,
        scopes_supported: AccessScope::ALL.to_vec(),
        claims_supported: words(&CLAIMS),
        token_endpoint_auth_methods_supported: words(&METHODS),
        revocation_endpoint_auth_methods_supported: words(&METHODS),
        code_challenge_methods_supported: words(&["S256"]),
        prompt_values_supported: words(&["none", "login", "consent", "select_account"]),
        authorization_response_iss_parameter_supported: true,
        claims_parameter_supported: false,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
    }
}
