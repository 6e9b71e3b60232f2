//! `POST /api/v1/tokens`: issues a set of tokens to the signed-in user.

use actix_web::{HttpResponse, http::header, web};
use api_types::{Code, NewTokens, TokenSet};
use idp::{Application, IssuedTokens, Protocol, SignIn};

use super::only_in_a_demonstration;
use crate::{
    Api,
    error::{ApiError, or_not_found},
    extract::{Body, Tenant},
};

/// Issues a set of tokens to the signed-in user, for the page's own application.
#[utoipa::path(
    post, path = "/api/v1/tokens", tag = "tokens", request_body = NewTokens, security(("session" = [])),
    responses(
        (status = 201, description = "The tokens", body = TokenSet),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`session_required`: tokens are issued only to a session", body = api_types::Problem),
        (status = 404, description = "The demonstration is off", body = api_types::Problem),
    )
)]
pub(crate) async fn issue(
    tenant: Tenant,
    new: Body<NewTokens>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    only_in_a_demonstration(&api)?;
    let session = tenant.session()?;
    let application = api.idp.pools.pages_application(tenant.company.id).await?;
    let application = or_not_found(application)?;
    let allowed = &application.client.scopes;
    let scopes = new.into_inner().scopes.unwrap_or_else(|| allowed.clone());
    if let Some(refused) = scopes.iter().find(|scope| !allowed.contains(scope)) {
        return Err(ApiError::invalid(
            "scopes",
            format!("the page's application may not request `{}`", refused.as_str()),
        ));
    }
    let found = api.store.person(tenant.company.id, session.account()).await?;
    let person = found.ok_or_else(|| ApiError::new(Code::NotSignedIn))?;
    let sign_in = SignIn {
        application: &application,
        person: &person,
        scopes,
        authenticated_at: session.signed_in_at(),
        password_at: session.authenticated_at(),
        nonce: None,
        protocol: Protocol::OpenId,
    };
    let issued = api.idp.begin(sign_in).await?;
    let issued = issued.ok_or_else(|| ApiError::new(Code::NotSignedIn))?;
    Ok(HttpResponse::Created()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(as_set(&application, issued)))
}

fn as_set(application: &Application, issued: IssuedTokens) -> TokenSet {
    TokenSet {
        scope: issued.scope(),
        access_token: issued.access.into(),
        id_token: issued.id.map(String::from),
        refresh_token: issued.refresh,
        token_type: "Bearer".to_owned(),
        expires_in: issued.expires_in,
        issuer: application.pool.issuer().url().to_string(),
        pool_id: application.pool.id().clone(),
        client_id: application.client.id.clone(),
    }
}
