//! The end-session endpoint (OpenID Connect RP-Initiated Logout 1.0): an application asks the company's site to sign a user out.

mod logout_request;
mod page;
mod signed_in;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use api_types::{Code, at_pool, paths};
use domain::{PoolId, SessionPolicy, TenantId};
use idp::Pool;
use store::RevokedFor;

use super::{
    authorize::{redirect_to, with_parameters},
    html, issuer,
    parameters::Parameters,
    refusal::Refusal,
};
use crate::{Api, cookies, error::ApiError, extract::company::settings_of, middleware::cross_site};
use logout_request::LogoutRequest;
use signed_in::SignedIn;

/// The parameters that an application may send (RP-Initiated Logout §2).
const PARAMETERS: [&str; 4] = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"];

/// Signs the user out of the company: the browser's session is revoked on every node, and so are all tokens that applications got through that sign-in.
///
/// An ID token of the signed-in user proves that an application of this user asks, so the user is signed out at once; the token may have expired. Without one,
/// any site could have made the link, so a page asks first. Then the browser goes to a registered address of the application, compared byte by byte, or to our
/// sign-in page.
///
/// The sign-out button of our own pages ends only the browser's session. Applications keep their tokens, as they do when a session expires (RFC 9700 §4.14.2
/// allows either). Here an application asked for the sign-out, so all tokens of the sign-in are revoked. Tokens of the user's other sign-ins stay valid;
/// signing out everywhere revokes them.
#[utoipa::path(
    get, path = "/{pool_id}/logout", tag = "oidc", security(("session" = [])),
    params(
        ("pool_id" = PoolId, Path, description = "The pool of the host's company"),
        ("id_token_hint" = Option<String>, Query, description = "An ID token that the application was given; it may have expired"),
        ("client_id" = Option<String>, Query, description = "The application, if there is no `id_token_hint`"),
        ("post_logout_redirect_uri" = Option<String>, Query, description = "Where the browser goes next: a registered address of the application, compared byte by byte"),
        ("state" = Option<String>, Query, description = "Returned unchanged"),
    ),
    responses(
        (status = 200, description = "A page that asks first"),
        (status = 303, description = "Signed out, to the application or to the sign-in page"),
        (status = 400, description = "`bad_request`: the application or the address is not known; `company_host_required`", body = api_types::Problem),
        (status = 403, description = "`company_closed`", body = api_types::Problem),
        (status = 404, description = "There is no such pool at this host", body = api_types::Problem),
    )
)]
pub(crate) async fn logout(
    request: HttpRequest,
    id: web::Path<PoolId>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    html::or_page(&request, by_query(&request, &api, &id).await)
}

async fn by_query(request: &HttpRequest, api: &Api, id: &PoolId) -> Result<HttpResponse, ApiError> {
    let query = Parameters::of_query(request)?;
    if query.has_repetitions() {
        return Err(bad_request("Send every parameter once."));
    }
    let (company, pool) = issuer::find_pool_at_company_host(request, api, id).await?;
    let logout = LogoutRequest::read(api, &pool, &query).await?;
    decide(request, api, company, &pool, logout).await
}

/// Does the same for a form on the application's page (RP-Initiated Logout §2: a server must support GET and POST).
///
/// Without a valid ID token any site could have made the form, so a page asks first. With one, its sign-in is revoked. A browser sends no session cookie with
/// a POST from another site (`SameSite=Lax`), so the server cannot see here whether the same user is signed in. It redirects the browser to the GET with the
/// same parameters, which carries the cookie, and decides there.
#[utoipa::path(
    post, path = "/{pool_id}/logout", tag = "oidc", security(("session" = [])),
    params(("pool_id" = PoolId, Path, description = "The pool of the host's company")),
    request_body(
        content = String, content_type = "application/x-www-form-urlencoded",
        description = "`id_token_hint`, `client_id`, `post_logout_redirect_uri` and `state`, as for GET"
    ),
    responses(
        (status = 200, description = "A page that asks first"),
        (status = 303, description = "Signed out, to the application or to the sign-in page"),
        (status = 400, description = "`bad_request`: the application or the address is not known; `company_host_required`", body = api_types::Problem),
        (status = 403, description = "`company_closed`", body = api_types::Problem),
        (status = 404, description = "There is no such pool at this host", body = api_types::Problem),
    )
)]
pub(crate) async fn logout_by_post(
    request: HttpRequest,
    id: web::Path<PoolId>,
    body: web::Bytes,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    html::or_page(&request, by_form(&request, &api, &id, &body).await)
}

async fn by_form(
    request: &HttpRequest,
    api: &Api,
    id: &PoolId,
    body: &[u8],
) -> Result<HttpResponse, ApiError> {
    let form = read_form(request, body)?;
    let (company, pool) = issuer::find_pool_at_company_host(request, api, id).await?;
    let logout = LogoutRequest::read(api, &pool, &form).await?;
    if logout.hint.is_none() {
        return Ok(page::ask(id, &logout));
    }
    let scheme = api.settings.public_url.scheme();
    let from_another_site =
        cross_site::refuse(request.method(), request.headers(), scheme).is_err();
    if from_another_site && cookies::session_id(request.headers()).is_none() {
        revoke_hinted(api, &pool, &logout).await?;
        let pairs =
            PARAMETERS.into_iter().filter_map(|name| Some((name, form.get(name)?.to_owned())));
        return redirect_to(&with_parameters(
            &at_pool(paths::LOGOUT, id),
            &pairs.collect::<Vec<_>>(),
        ));
    }
    decide(request, api, company, &pool, logout).await
}

/// Signs out the user of the ID token. Asks first if another user is signed in, or if there is no valid ID token.
async fn decide(
    request: &HttpRequest,
    api: &Api,
    company: Arc<store::Tenant>,
    pool: &Pool,
    logout: LogoutRequest,
) -> Result<HttpResponse, ApiError> {
    let tenant = company.id;
    let signed_in = SignedIn::find(request, api, company).await?;
    match (&signed_in, &logout.hint) {
        (Some(user), Some(hint)) if user.account == hint.account() => {
            user.sign_out(api).await?;
        }
        (Some(_), _) => return Ok(page::ask(pool.id(), &logout)),
        // A strict cookie does not come with a link from another site, so nobody knows whether a user is signed in. The page's own form carries it.
        (None, _) if cookie_may_be_missing(request, api, tenant).await? => {
            return Ok(page::ask(pool.id(), &logout));
        }
        (None, _) => {}
    }
    revoke_hinted(api, pool, &logout).await?;
    logout.signed_out()
}

/// Whether the browser may have a session cookie that it did not send, because the company has the strict session policy and the link is on another site.
async fn cookie_may_be_missing(
    request: &HttpRequest,
    api: &Api,
    tenant: TenantId,
) -> Result<bool, ApiError> {
    let headers = request.headers();
    if cookies::has_session(headers) || !cross_site::is_from_another_site(headers) {
        return Ok(false);
    }
    let settings = settings_of(api, tenant, &api.cache.state(tenant).await?).await?;
    Ok(settings.session_policy == SessionPolicy::Strict)
}

/// Revokes the tokens of the ID token's sign-in, which may be an earlier one than the browser's session.
async fn revoke_hinted(api: &Api, pool: &Pool, logout: &LogoutRequest) -> Result<(), ApiError> {
    let Some(hint) = &logout.hint else { return Ok(()) };
    let (family, why) = (hint.origin(), RevokedFor::SignedOut);
    Ok(api.idp.revocations.end_family(pool.tenant(), family, why).await?)
}

fn read_form(request: &HttpRequest, body: &[u8]) -> Result<Parameters, ApiError> {
    Parameters::of_form(request, body).map_err(|refusal| match refusal {
        Refusal::Oauth(_, why) => bad_request(why),
        Refusal::Other(error) => error,
    })
}

/// Signs out the user who confirmed it on the page that asks. The request must come from that page (row C8).
#[utoipa::path(
    post, path = "/{pool_id}/logout/confirmed", tag = "oidc", security(("session" = [])),
    params(("pool_id" = PoolId, Path, description = "The pool of the host's company")),
    request_body(
        content = String, content_type = "application/x-www-form-urlencoded",
        description = "`client_id`, `post_logout_redirect_uri` and `state`, as in the request for the page"
    ),
    responses(
        (status = 303, description = "Signed out, to the application or to the sign-in page"),
        (status = 400, description = "`bad_request`", body = api_types::Problem),
        (status = 403, description = "`cross_site_request`, or `company_closed`", body = api_types::Problem),
        (status = 404, description = "There is no such pool at this host", body = api_types::Problem),
    )
)]
pub(crate) async fn confirmed(
    request: HttpRequest,
    id: web::Path<PoolId>,
    body: web::Bytes,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    html::or_page(&request, by_page(&request, &api, &id, &body).await)
}

async fn by_page(
    request: &HttpRequest,
    api: &Api,
    id: &PoolId,
    body: &[u8],
) -> Result<HttpResponse, ApiError> {
    let scheme = api.settings.public_url.scheme();
    cross_site::refuse(request.method(), request.headers(), scheme)?;
    let form = read_form(request, body)?;
    let (company, pool) = issuer::find_pool_at_company_host(request, api, id).await?;
    let logout = LogoutRequest::read(api, &pool, &form).await?;
    if let Some(user) = SignedIn::find(request, api, company).await? {
        user.sign_out(api).await?;
    }
    logout.signed_out()
}

fn bad_request(detail: &str) -> ApiError {
    ApiError::with_detail(Code::BadRequest, detail)
}
