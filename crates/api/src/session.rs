//! Signing in, asking who is signed in, and signing out.

use actix_web::{HttpRequest, HttpResponse, guard, http::header::HeaderName, web};
use api_types::{Code, NewSession, SessionView};
use chrono::Utc;
use credential::PasswordHash;
use domain::TenantStatus;
use session::{SessionId, SignedIn};
use tenancy::TenantContext;

use crate::{
    Api,
    bind_tenant::{self, Tenant},
    cookies,
    error::ApiError,
};

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// Signing in needs no session, so it stands outside the bound scope.
pub(crate) fn open_routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/session").guard(guard::Post()).route(web::post().to(sign_in)));
}

/// What needs a session.
pub(crate) fn bound_routes(config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/session")
            .route(web::get().to(who_am_i))
            .route(web::head().to(who_am_i))
            .route(web::delete().to(sign_out)),
    );
}

/// Checks e-mail and password at the company that the host names, and starts a session under a fresh id.
#[utoipa::path(
    post, path = "/api/v1/session", tag = "session", request_body = NewSession,
    responses(
        (status = 201, description = "Signed in; the reply sets `__Host-session`", body = SessionView),
        (status = 401, description = "`wrong_credentials`: e-mail or password is wrong", body = api_types::Problem),
        (status = 403, description = "`cross_site_request`, or `company_closed`", body = api_types::Problem),
        (status = 429, description = "Too many sign-ins at once; see `Retry-After`", body = api_types::Problem),
    )
)]
pub(crate) async fn sign_in(
    request: HttpRequest,
    new: web::Json<NewSession>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let company = bind_tenant::open_company(&request, &api).await?;
    let who = check_password(&api, &company, new.into_inner()).await?;
    let (id, session) = api.sessions.start(who, Utc::now()).await?;
    // The id the browser came with, if any, is dead from here on: it could have been planted (row S2).
    if let Some(before) = cookies::session_id(request.headers()) {
        api.sessions.end(company.id, &before).await?;
    }
    let context = TenantContext::from_session(company.id, TenantStatus::Active, &session)?;
    let view = view(&api, &context, &company, &session).await?;
    Ok(HttpResponse::Created().cookie(session_cookie(&api, &id)).json(view))
}

/// Who the password belongs to. An unknown person costs as much time as a known one and gets the same answer (ASVS 6.3.8);
/// outside a demonstration its accounts, whose password everybody knows, belong to nobody.
async fn check_password(
    api: &Api,
    company: &store::Tenant,
    new: NewSession,
) -> Result<SignedIn, ApiError> {
    let wrong = || ApiError::new(Code::WrongCredentials);
    let found = match new.email.parse() {
        Ok(email) => api.store.find_credential(company.id, &email).await?,
        Err(_) => None,
    };
    let found = found.filter(|found| !found.demo || api.settings.demo_password.is_some());
    let stored = found.as_ref().map(|found| PasswordHash::from_stored(found.password_hash.clone()));
    if !api.passwords.verify(new.password, stored).await? {
        return Err(wrong());
    }
    let found = found.ok_or_else(wrong)?;
    let store::Credential { account, employee, role, .. } = found;
    Ok(SignedIn { tenant: company.id, account, employee, role })
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/api/v1/session", tag = "session",
    responses(
        (status = 200, description = "Who is signed in", body = SessionView),
        (status = 401, description = "Nobody is", body = api_types::Problem),
    )
)]
pub(crate) async fn who_am_i(
    tenant: Tenant,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let view = view(&api, &tenant.context, &tenant.company, &tenant.session).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Ends the session on every node at once; what the browser has stored of it goes too.
#[utoipa::path(
    delete, path = "/api/v1/session", tag = "session",
    responses(
        (status = 204, description = "Signed out"),
        (status = 401, description = "Nobody was signed in", body = api_types::Problem),
    )
)]
pub(crate) async fn sign_out(
    request: HttpRequest,
    tenant: Tenant,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let id =
        cookies::session_id(request.headers()).ok_or_else(|| ApiError::new(Code::NotSignedIn))?;
    api.sessions.end(tenant.company.id, &id).await?;
    // Not `"cookies"`: that would also clear other companies' cookies under one registrable domain.
    Ok(HttpResponse::NoContent()
        .cookie(cookies::no_session())
        .insert_header((CLEAR_SITE_DATA, r#""cache","storage""#))
        .finish())
}

fn session_cookie(api: &Api, id: &SessionId) -> actix_web::cookie::Cookie<'static> {
    cookies::session(id, api.sessions.policy().absolute)
}

/// Name and address are read from PostgreSQL each time: the session record holds no personal data.
async fn view(
    api: &Api,
    context: &TenantContext,
    company: &store::Tenant,
    session: &session::Session,
) -> Result<SessionView, ApiError> {
    let account =
        api.store.account(context).await?.ok_or_else(|| ApiError::new(Code::NotSignedIn))?;
    Ok(SessionView {
        company_slug: company.slug.clone(),
        company_name: company.name.clone(),
        name: account.name,
        email: account.email.to_string(),
        employee_id: account.employee,
        user_number: account.user_number,
        role: session.role(),
        permissions: session.role().permissions().to_vec(),
        signed_in_at: session.signed_in_at(),
        expires_at: session.expires_at(),
    })
}
