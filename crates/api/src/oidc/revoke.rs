//! The revocation endpoint (RFC 7009): an application revokes its own tokens.

use actix_web::{HttpRequest, HttpResponse, web};
use api_types::OauthError;
use domain::{OriginId, PoolId};
use idp::Application;
use store::RevokedFor;
use token::{Bearer, RefreshToken};

use super::{
    client, issuer,
    parameters::Parameters,
    refusal::{Refusal, into_response},
};
use crate::{Api, error::ApiError};

/// Revokes a refresh token or an access token, and all other tokens of the same sign-in. Refresh tokens can no longer be used. This server refuses the access
/// tokens at once; a verifier elsewhere accepts them until they expire (row T5).
///
/// An unknown token, or a token of another client, is not revoked. The answer is the same.
#[utoipa::path(
    post, path = "/{pool_id}/oauth2/revoke", tag = "oidc", security(()),
    params(("pool_id" = PoolId, Path, description = "The pool")),
    request_body(
        content = String, content_type = "application/x-www-form-urlencoded",
        description = "`token`, and the client as at the token endpoint"
    ),
    responses(
        (status = 200, description = "The token is revoked, or was never valid"),
        (status = 400, description = "`invalid_request`, or `unsupported_token_type`: a machine's token cannot be revoked", body = api_types::OauthProblem),
        (status = 401, description = "`invalid_client`", body = api_types::OauthProblem),
        (status = 403, description = "`company_closed`", body = api_types::Problem),
        (status = 404, description = "There is no such pool at this host", body = api_types::Problem),
        (status = 429, description = "`temporarily_unavailable`: too many wrong secrets; see `Retry-After`", body = api_types::OauthProblem),
    )
)]
pub(crate) async fn revoke(
    request: HttpRequest,
    id: web::Path<PoolId>,
    body: web::Bytes,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let outcome = revoke_token(&request, &api, &id, &body).await;
    into_response(outcome.map(|()| HttpResponse::Ok().finish()))
}

async fn revoke_token(
    request: &HttpRequest,
    api: &Api,
    id: &PoolId,
    body: &[u8],
) -> Result<(), Refusal> {
    let form = Parameters::of_form(request, body)?;
    let pool = issuer::find_pool(request, api, id).await?;
    let application = client::authenticate(api, &pool, request, &form).await?;
    let token = form.need("token", "token is missing")?;
    let Some(family) = family_of(api, &application, token).await? else { return Ok(()) };
    Ok(api.idp.revocations.end_family(application.tenant(), family, RevokedFor::Asked).await?)
}

/// The sign-in that a token of this application was issued for. The token's form shows its kind, so `token_type_hint` is not needed.
async fn family_of(
    api: &Api,
    application: &Application,
    token: &str,
) -> Result<Option<OriginId>, Refusal> {
    if let Ok(refresh) = token.parse::<RefreshToken>() {
        let (digest, client) = (*refresh.digest().as_bytes(), application.client.id.clone());
        return Ok(api.store.family_of(application.tenant(), digest, client).await?);
    }
    let Some(verified) = api.idp.pools.verify_own_access(token).await? else { return Ok(None) };
    if *verified.client() != application.client.id || verified.tenant() != application.tenant() {
        return Ok(None);
    }
    match verified.bearer() {
        Bearer::Person { origin, .. } => Ok(Some(origin)),
        Bearer::Machine => Err(Refusal::Oauth(
            OauthError::UnsupportedTokenType,
            "the token of a machine cannot be revoked; it expires within minutes",
        )),
    }
}
