//! The page that shows what tokens are: gives the signed-in person a set, and looks into one. Only where the demonstration is on.
//!
//! A session needs no token in the browser, and a product puts none there (ASVS 10.1.1). This page is the stated exception: it keeps them in its memory and
//! nowhere else, and outside of a demonstration none of it is here.

use actix_web::{HttpResponse, http::header, web};
use api_types::{
    Code, InspectToken, Inspected, NewTokens, Outbox, OutboxMail, TokenKind, TokenSet,
};
use chrono::Utc;
use domain::{ClientId, Permission};
use token::TokenUse;

use crate::{
    Api,
    bind_tenant::Tenant,
    error::ApiError,
    idp::{self, Application, Issued, Protocol, SignIn},
    json::Body,
    permitted::permit,
};

/// The routes, inside the bound scope.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/tokens").route(web::post().to(issue)))
        .service(web::resource("/tokens/inspect").route(web::post().to(inspect)))
        .service(
            web::resource("/outbox").route(web::get().to(outbox)).route(web::head().to(outbox)),
        );
}

/// A set of tokens for whoever is signed in, as the page's own application gets it.
#[utoipa::path(
    post, path = "/api/v1/tokens", tag = "tokens", request_body = NewTokens, security(("session" = [])),
    responses(
        (status = 201, description = "The tokens", body = TokenSet),
        (status = 401, description = "Nobody is signed in", body = api_types::Problem),
        (status = 403, description = "`session_required`: a token gives no tokens", body = api_types::Problem),
        (status = 404, description = "Not a demonstration", body = api_types::Problem),
    )
)]
pub(crate) async fn issue(
    tenant: Tenant,
    asked: Body<NewTokens>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    only_in_a_demonstration(&api)?;
    let session = tenant.session()?;
    let application = page_of(&api, &tenant).await?;
    let allowed = &application.client.scopes;
    let scopes = asked.into_inner().scopes.unwrap_or_else(|| allowed.clone());
    if let Some(odd) = scopes.iter().find(|scope| !allowed.contains(scope)) {
        return Err(ApiError::invalid(
            "scopes",
            format!("the page may not ask for `{}`", odd.as_str()),
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
    let issued = idp::begin(&api, sign_in).await?;
    let issued = issued.ok_or_else(|| ApiError::new(Code::NotSignedIn))?;
    Ok(HttpResponse::Created()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(as_set(&application, issued)))
}

/// What any JWT library makes of a token: whether it holds, and if so what is in it. Whether it was revoked since is not asked: nothing in it tells.
#[utoipa::path(
    post, path = "/api/v1/tokens/inspect", tag = "tokens", request_body = InspectToken, security(("session" = [])),
    responses(
        (status = 200, description = "Whether it holds, and what is in it", body = Inspected),
        (status = 401, description = "Nobody is signed in", body = api_types::Problem),
        (status = 404, description = "Not a demonstration", body = api_types::Problem),
    )
)]
pub(crate) async fn inspect(
    tenant: Tenant,
    asked: Body<InspectToken>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    only_in_a_demonstration(&api)?;
    tenant.session()?;
    let inspected = match api.pools.current().ring().inspect(&asked.token, Utc::now()) {
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

/// What was mailed to people of the company. Nobody sends it in a demonstration, so the page shows it to who may read everything.
#[utoipa::path(
    get, path = "/api/v1/outbox", tag = "tokens", security(("session" = [])),
    responses(
        (status = 200, description = "The mails", body = Outbox),
        (status = 403, description = "Not an HR admin", body = api_types::Problem),
        (status = 404, description = "Not a demonstration", body = api_types::Problem),
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

/// The page's own application: every pool has it from the beginning.
async fn page_of(api: &Api, tenant: &Tenant) -> Result<Application, ApiError> {
    let company = tenant.company.id;
    let found = api.pools.find(|known| {
        let pool = &known.pool_of(company)?.pool.id;
        let id: ClientId = format!("pages{}", pool.name()).parse().ok()?;
        known.application(&id).filter(|known| known.pool.pool.id == *pool).cloned()
    });
    found.await?.ok_or_else(|| ApiError::new(Code::NotFound))
}

fn as_set(application: &Application, issued: Issued) -> TokenSet {
    TokenSet {
        scope: issued.scope(),
        access_token: issued.access.into(),
        id_token: issued.id.map(String::from),
        refresh_token: issued.refresh,
        token_type: "Bearer".to_owned(),
        expires_in: issued.expires_in,
        issuer: application.pool.issuer.url().to_string(),
        pool_id: application.pool.pool.id.clone(),
        client_id: application.client.id.clone(),
    }
}
