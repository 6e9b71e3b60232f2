//! The end-session endpoint (OpenID Connect RP-Initiated Logout 1.0): an application asks the company's site to sign a user out.

mod page;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use api_types::{Code, at_pool, paths, routes};
use chrono::{DateTime, Utc};
use domain::{AccountId, PoolId};
use idp::Pool;
use store::RevokedFor;
use token::IdHint;

use super::{
    authorize::{redirect_to, with_parameters},
    client, html, issuer,
    parameters::Parameters,
    refusal::Refusal,
};
use crate::{
    Api,
    cookies::{self, CLEAR_SITE_DATA},
    error::ApiError,
    middleware::{bind_tenant::by_cookie, cross_site},
};

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
    let signed_in = SignedIn::find(request, api, company).await?;
    match (&signed_in, &logout.hint) {
        (Some(user), Some(hint)) if user.account == hint.account() => {
            user.sign_out(request, api).await?;
        }
        (Some(_), _) => return Ok(page::ask(pool.id(), &logout)),
        (None, _) => {}
    }
    revoke_hinted(api, pool, &logout).await?;
    logout.signed_out()
}

/// Revokes the tokens of the ID token's sign-in, which may be an earlier one than the browser's session.
async fn revoke_hinted(api: &Api, pool: &Pool, logout: &LogoutRequest) -> Result<(), ApiError> {
    let Some(hint) = &logout.hint else { return Ok(()) };
    let revoked =
        api.idp.revocations.end_family(pool.tenant(), hint.origin(), RevokedFor::SignedOut);
    Ok(revoked.await?)
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
        user.sign_out(request, api).await?;
    }
    logout.signed_out()
}

/// A validated request of an application.
struct LogoutRequest {
    hint: Option<IdHint>,
    client: Option<String>,
    destination: Option<Destination>,
    state: Option<String>,
}

/// A registered address of the application.
struct Destination {
    /// The address as it was sent.
    address: String,
    /// The address as a source of `form-action`, if it has one.
    source: Option<String>,
}

impl LogoutRequest {
    /// Validates the parameters. A hint that does not verify is ignored, because its key may have been removed long ago. An address must be registered.
    async fn read(api: &Api, pool: &Pool, parameters: &Parameters) -> Result<Self, ApiError> {
        let text = |name| parameters.get(name).map(str::to_owned);
        let hint = parameters.get("id_token_hint");
        let hint = hint.and_then(|hint| api.idp.pools.verify_id_hint(hint, pool.id(), Utc::now()));
        let named = hint.as_ref().map(|hint| hint.client().to_string());
        let client = match (named, text("client_id")) {
            (Some(named), Some(other)) if named != other => {
                return Err(bad_request("`client_id` is not the application of `id_token_hint`."));
            }
            (named, sent) => named.or(sent),
        };
        let destination = match text("post_logout_redirect_uri") {
            Some(address) => Some(Destination::read(api, pool, client.as_deref(), address).await?),
            None => None,
        };
        Ok(Self { hint, client, destination, state: text("state") })
    }

    /// Deletes the browser's cookie and site data and redirects it to the next address.
    fn signed_out(self) -> Result<HttpResponse, ApiError> {
        let Self { destination, state, .. } = self;
        let mut response = match destination {
            None => redirect_to(routes::SIGN_IN)?,
            Some(Destination { address, .. }) => {
                let state: Vec<_> = state.map(|state| ("state", state)).into_iter().collect();
                redirect_to(&with_parameters(&address, &state))?
            }
        };
        response.add_cookie(&cookies::no_session()).map_err(ApiError::broken)?;
        let (name, value) = CLEAR_SITE_DATA;
        response.headers_mut().insert(name, value);
        Ok(response)
    }
}

impl Destination {
    async fn read(
        api: &Api,
        pool: &Pool,
        client: Option<&str>,
        address: String,
    ) -> Result<Self, ApiError> {
        let application = match client {
            Some(id) => client::find(api, pool, id).await?,
            None => None,
        };
        let application = application.ok_or_else(|| {
            bad_request("`post_logout_redirect_uri` needs an application of this company: send `id_token_hint`, or `client_id`.")
        })?;
        let registered = &application.client.logout_uris;
        let registered = registered.iter().find(|one| one.accepts(&address)).ok_or_else(|| {
            bad_request("`post_logout_redirect_uri` is not registered for the application: addresses are compared byte by byte.")
        })?;
        Ok(Self { source: registered.policy_source(&address), address })
    }
}

/// The user who is signed in in this browser, and the time of the sign-in.
struct SignedIn {
    company: Arc<store::Tenant>,
    account: AccountId,
    at: DateTime<Utc>,
}

impl SignedIn {
    async fn find(
        request: &HttpRequest,
        api: &Api,
        company: Arc<store::Tenant>,
    ) -> Result<Option<Self>, ApiError> {
        let Some(tenant) = by_cookie(request, api, company).await? else {
            return Ok(None);
        };
        let session = tenant.session()?;
        let (account, at) = (session.account(), session.signed_in_at());
        Ok(Some(Self { account, at, company: Arc::clone(&tenant.company) }))
    }

    /// Revokes the tokens first: if that fails, the session is still there for another try. Revokes them again after the session, for tokens issued in between.
    async fn sign_out(&self, request: &HttpRequest, api: &Api) -> Result<(), ApiError> {
        self.revoke_tokens(api).await?;
        if let Some(id) = cookies::session_id(request.headers()) {
            api.idp.revocations.end_session(self.company.id, &id).await?;
        }
        self.revoke_tokens(api).await
    }

    async fn revoke_tokens(&self, api: &Api) -> Result<(), ApiError> {
        let tenant = self.company.id;
        for family in api.store.revoke_sign_in(tenant, self.account, self.at).await? {
            api.idp.revocations.end_tokens(tenant, family).await?;
        }
        Ok(())
    }
}

fn bad_request(detail: &str) -> ApiError {
    ApiError::with_detail(Code::BadRequest, detail)
}
