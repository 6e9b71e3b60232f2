//! The routes of the page that shows tokens: they issue a set to the signed-in user, inspect a token and list mails. Only while the demonstration is on.
//!
//! With sessions no token is needed in the browser, and a product puts none there (ASVS 10.1.1). This page is the stated exception: it keeps tokens only in
//! memory, and outside a demonstration these routes do not exist.

use actix_web::{HttpResponse, http::header, web};
use api_types::{
    Code, InspectToken, Inspected, NewTokens, Outbox, OutboxMail, TokenKind, TokenSet,
};
use chrono::Utc;
use domain::Permission;
use idp::{Application, IssuedTokens, Protocol, SignIn};
use token::TokenUse;

use crate::{Api, authorization::permit, bind_tenant::Tenant, error::ApiError, json::Body};

/// The routes, inside the bound scope.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/tokens").route(web::post().to(issue)))
        .service(web::resource("/tokens/inspect").route(web::post().to(inspect)))
        .service(
            web::resource("/outbox").route(web::get().to(outbox)).route(web::head().to(outbox)),
        );
}

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
    asked: Body<NewTokens>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    only_in_a_demonstration(&api)?;
    let session = tenant.session()?;
    let application = api.idp.pools.pages_application(tenant.company.id).await?;
    let application = application.ok_or_else(|| ApiError::new(Code::NotFound))?;
    let allowed = &application.client.scopes;
    let scopes = asked.into_inner().scopes.unwrap_or_else(|| allowed.clone());
    if let Some(odd) = scopes.iter().find(|scope| !allowed.contains(scope)) {
        return Err(ApiError::invalid(
            "scopes",
            format!("the page's application may not request `{}`", odd.as_str()),
        ));
    }
    let found = api.store.person(tenant.company.id, session.account()).await?;
    let person = found.ok_or_else(|| ApiError::new(Code::NotSignedIn))?;
    let authenticated_at = session.signed_in_at();
    let sign_in = SignIn {
        application: &application,
        person: &person,
        scopes,
        authenticated_at,
        nonce: None,
        protocol: Protocol::OpenId,
    };
    let issued = api.idp.begin(sign_in).await?;
    let issued = issued.ok_or_else(|| ApiError::new(Code::NotSignedIn))?;
    Ok(HttpResponse::Created()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(as_set(&application, issued)))
}

/// Verifies a token as any JWT library does, and shows its contents if it is valid. Revocations are not checked, because the token itself does not show them.
#[utoipa::path(
    post, path = "/api/v1/tokens/inspect", tag = "tokens", request_body = InspectToken, security(("session" = [])),
    responses(
        (status = 200, description = "Whether the token is valid, and its contents", body = Inspected),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 404, description = "The demonstration is off", body = api_types::Problem),
    )
)]
pub(crate) async fn inspect(
    tenant: Tenant,
    asked: Body<InspectToken>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    only_in_a_demonstration(&api)?;
    tenant.session()?;
    let inspected = match api.idp.pools.inspect(&asked.token, Utc::now()) {
        Ok(token) => Inspected {
            valid: true,
            reason: None,
            token_use: Some(match token.token_use() {
                TokenUse::Id => TokenKind::Id,
                TokenUse::Access => TokenKind::Access,
            }),
            header: Some(token.header().clone()),
            claims: Some(token.claims().clone()),
        },
        Err(refused) => Inspected {
            valid: false,
            reason: Some(refused.to_string()),
            token_use: None,
            header: None,
            claims: None,
        },
    };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(inspected))
}

/// Lists the mails to users of the company. A demonstration does not send them, so the page shows them to HR admins.
#[utoipa::path(
    get, path = "/api/v1/outbox", tag = "tokens", security(("session" = [])),
    responses(
        (status = 200, description = "The mails", body = Outbox),
        (status = 403, description = "Not an HR admin", body = api_types::Problem),
        (status = 404, description = "The demonstration is off", body = api_types::Problem),
    )
)]
pub(crate) async fn outbox(tenant: Tenant, api: web::Data<Api>) -> Result<HttpResponse, ApiError> {
    only_in_a_demonstration(&api)?;
    tenant.session()?;
    permit(&tenant, &[Permission::WriteEmployees])?;
    let mails = api.store.outbox(tenant.company.id).await?.into_iter();
    let items = mails.map(|mail| OutboxMail {
        to: mail.to,
        subject: mail.subject,
        body: mail.body,
        written_at: mail.written_at,
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(Outbox { items: items.collect() }))
}

fn only_in_a_demonstration(api: &Api) -> Result<(), ApiError> {
    if api.settings.demo_password.is_some() { Ok(()) } else { Err(ApiError::new(Code::NotFound)) }
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
