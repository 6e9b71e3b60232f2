//! The user-info endpoint (OpenID Connect Core §5.3): the user of an access token.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use api_types::UserInfo;
use domain::{AccessScope, PoolId};
use idp::sign_in_of;
use store::Person;
use token::Bearer;

use super::issuer;
use crate::{
    Api,
    error::ApiError,
    extract::{bearer_token, check_not_revoked},
};

/// Returns the current data of the user of an access token, from the company's records. The access token itself contains no personal data, so only the
/// account is read from it (row T3). An ID token is not accepted.
#[utoipa::path(
    get, path = "/{pool_id}/oauth2/userInfo", tag = "oidc", security(("bearer" = [])),
    params(("pool_id" = PoolId, Path, description = "The pool")),
    responses(
        (status = 200, description = "The user, as far as the token's scopes allow", body = UserInfo),
        (status = 401, description = "`invalid_token`: `WWW-Authenticate` says why", body = api_types::Problem),
        (status = 403, description = "`insufficient_scope` without `openid`, or `company_closed`", body = api_types::Problem),
        (status = 404, description = "There is no such pool at this host", body = api_types::Problem),
    )
)]
pub(crate) async fn user_info(
    request: HttpRequest,
    id: web::Path<PoolId>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let pool = issuer::find_pool(&request, &api, &id).await?;
    let text = bearer_token(request.headers())?.ok_or_else(ApiError::missing_token)?;
    let verified = api.idp.verify_access(text).await?;
    let access = &verified.access;
    if access.pool() != pool.id() {
        return Err(ApiError::foreign_token());
    }
    let sign_in = sign_in_of(access);
    check_not_revoked(&api, access.tenant(), sign_in.as_ref()).await?;
    let scopes = access.scopes();
    let Bearer::Person { account, .. } = access.bearer() else {
        return Err(ApiError::missing_scope(AccessScope::OpenId));
    };
    if !scopes.contains(&AccessScope::OpenId) {
        return Err(ApiError::missing_scope(AccessScope::OpenId));
    }
    let person = api.store.person(access.tenant(), account).await?;
    let person = person.filter(|person| person.enabled && api.idp.may_use_account(person.demo));
    let person = person.ok_or_else(ApiError::revoked_token)?;
    let mut response = HttpResponse::Ok();
    Ok(response.insert_header((header::CACHE_CONTROL, "no-store")).json(claims_of(person, scopes)))
}

/// Returns the same data for a POST request (OpenID Connect Core §5.3.1). The token is in the header here too.
#[utoipa::path(
    post, path = "/{pool_id}/oauth2/userInfo", tag = "oidc", security(("bearer" = [])),
    params(("pool_id" = PoolId, Path, description = "The pool")),
    responses(
        (status = 200, description = "The user, as far as the token's scopes allow", body = UserInfo),
        (status = 401, description = "`invalid_token`: `WWW-Authenticate` says why", body = api_types::Problem),
    )
)]
pub(crate) async fn user_info_by_post(
    request: HttpRequest,
    id: web::Path<PoolId>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    user_info(request, id, api).await
}

fn claims_of(person: Person, scopes: &[AccessScope]) -> UserInfo {
    let may = |scope| scopes.contains(&scope);
    UserInfo {
        sub: person.account,
        email_verified: may(AccessScope::Email).then_some(person.email_verified),
        email: may(AccessScope::Email).then_some(person.email),
        name: may(AccessScope::Profile).then_some(person.name),
    }
}
