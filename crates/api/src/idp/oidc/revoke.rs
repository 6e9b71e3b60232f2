//! The revocation endpoint (RFC 7009): an application gives back what it was given.

use actix_web::{HttpRequest, HttpResponse, web};
use api_types::OauthError;
use domain::{OriginId, PoolId};
use store::RevokedFor;
use token::{Bearer, RefreshToken};

use super::{
    client, issuer,
    parameters::Parameters,
    refusal::{Refusal, answered},
};
use crate::{
    Api, ending,
    error::ApiError,
    idp::{self, Application},
};

/// Revokes a refresh token or an access token, and with it all that came of the same sign-in: refresh tokens are good no more, and access tokens are
/// refused here at once, though they still verify elsewhere until they expire (row T5).
///
/// What is nobody's, or another client's, is not revoked and not told about: the answer is the same.
#[utoipa::path(
    post, path = "/{pool_id}/oauth2/revoke", tag = "oidc", security(()),
    params(("pool_id" = PoolId, Path, description = "The pool")),
    request_body(
        content = String, content_type = "application/x-www-form-urlencoded",
        description = "`token`, and the client as at the token endpoint"
    ),
    responses(
        (status = 200, description = "It is good no more, or never was"),
        (status = 400, description = "`invalid_request`, or `unsupported_token_type`: a machine's token ends by itself", body = api_types::OauthProblem),
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
    let outcome = take_back(&request, &api, &id, &body).await;
    answered(outcome.map(|()| HttpResponse::Ok().finish()))
}

async fn take_back(
    request: &HttpRequest,
    api: &Api,
    id: &PoolId,
    body: &[u8],
) -> Result<(), Refusal> {
    let form = Parameters::of_form(request, body)?;
    let pool = issuer::anywhere(request, api, id).await?;
    let application = client::authenticate(api, &pool, request, &form).await?;
    let token = form.need("token", "token is missing")?;
    let Some(family) = family_of(api, &application, token).await? else { return Ok(()) };
    Ok(ending::end_family(api, application.tenant(), family, RevokedFor::Asked).await?)
}

/// The sign-in that a token of this application comes of. What kind of token it is shows by itself, so the hint is not needed.
async fn family_of(
    api: &Api,
    application: &Application,
    token: &str,
) -> Result<Option<OriginId>, Refusal> {
    if let Ok(refresh) = token.parse::<RefreshToken>() {
        let (digest, client) = (*refresh.digest().as_bytes(), application.client.id.clone());
        return Ok(api.store.family_of(application.tenant(), digest, client).await?);
    }
    let Some(verified) = idp::verify_own_access(api, token).await? else { return Ok(None) };
    if *verified.client() != application.client.id || verified.tenant() != application.tenant() {
        return Ok(None);
    }
    match verified.bearer() {
        Bearer::Person { origin, .. } => Ok(Some(origin)),
        Bearer::Machine => Err(Refusal::Told(
            OauthError::UnsupportedTokenType,
            "the token of a machine cannot be revoked; it ends by itself within minutes",
        )),
    }
}
