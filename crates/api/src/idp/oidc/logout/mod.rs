//! The end-session endpoint (OpenID Connect RP-Initiated Logout 1.0): an application asks the company's own site to sign somebody out.

mod page;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use api_types::Code;
use chrono::{DateTime, Utc};
use domain::{AccountId, PoolId};
use store::RevokedFor;
use token::IdHint;

use super::{
    authorize::{to, with_parameters},
    client, issuer,
    parameters::Parameters,
    refusal::{Refusal, answered},
};
use crate::{
    Api, bind_tenant, cookies, cross_site, ending, error::ApiError, idp::snapshot::Pool,
    session::CLEAR_SITE_DATA,
};

/// Where one is when one is signed out and no application is waiting.
const SIGNED_OUT: &str = "/sign-in";

/// Signs out of the company: the browser's session ends on every node, and so does all that applications were given on the strength of that sign-in.
///
/// An ID token of whoever is signed in proves that an application of theirs asks, so it is done at once; the token may be over. Without one anybody could
/// have made the link, so a page asks first. Either way the browser goes on to an address of that application's own, byte by byte, or to our sign-in page.
///
/// Signing out with the button of our own pages ends the browser's session alone, and an application keeps what it was given, as it keeps it when the
/// session runs out: RFC 9700 §4.14.2 leaves that choice to us. Here an application asked for the person to be gone, so nothing of the sign-in is left
/// behind; what other sign-ins of the person gave stays, which signing out everywhere ends.
#[utoipa::path(
    get, path = "/{pool_id}/logout", tag = "oidc", security(("session" = [])),
    params(
        ("pool_id" = PoolId, Path, description = "The pool of the company whose host this is"),
        ("id_token_hint" = Option<String>, Query, description = "An ID token that the application was given; it may have expired"),
        ("client_id" = Option<String>, Query, description = "The application, if the token does not say it"),
        ("post_logout_redirect_uri" = Option<String>, Query, description = "Where to go then: one of the application's, byte by byte"),
        ("state" = Option<String>, Query, description = "Sent along as it is"),
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
    let query = Parameters::of_query(&request)?;
    if query.has_repetitions() {
        return Err(wrong("Send every parameter once."));
    }
    let (company, pool) = issuer::at_home(&request, &api, &id).await?;
    let asked = Asked::read(&api, &pool, &query).await?;
    let here = SignedIn::find(&request, &api, company).await?;
    match (&here, &asked.hint) {
        (Some(here), Some(hint)) if here.account == hint.account() => {
            here.end(&request, &api).await?;
        }
        (Some(_), _) => return Ok(page::ask(&request, &asked)),
        (None, _) => {}
    }
    // The application's own tokens may come of an earlier sign-in than this session.
    if let Some(hint) = &asked.hint {
        let tenant = pool.pool.tenant;
        ending::end_family(&api, tenant, hint.origin(), RevokedFor::SignedOut).await?;
    }
    asked.signed_out()
}

/// Signs out whoever said so on the page that asks. It must come from that page.
#[utoipa::path(
    post, path = "/{pool_id}/logout", tag = "oidc", security(("session" = [])),
    params(("pool_id" = PoolId, Path, description = "The pool of the company whose host this is")),
    request_body(
        content = String, content_type = "application/x-www-form-urlencoded",
        description = "`client_id`, `post_logout_redirect_uri` and `state`, as the page was asked for"
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
    let scheme = api.settings.public_url.scheme();
    cross_site::refuse(request.method(), request.headers(), scheme)?;
    let form = match Parameters::of_form(&request, &body) {
        Ok(form) => form,
        Err(Refusal::Told(_, why)) => return Err(wrong(why)),
        Err(other) => return answered(Err(other)),
    };
    let (company, pool) = issuer::at_home(&request, &api, &id).await?;
    let asked = Asked::read(&api, &pool, &form).await?;
    if let Some(here) = SignedIn::find(&request, &api, company).await? {
        here.end(&request, &api).await?;
    }
    asked.signed_out()
}

/// What an application asked for, once it has been found right.
struct Asked {
    hint: Option<IdHint>,
    client: Option<String>,
    address: Option<String>,
    state: Option<String>,
}

impl Asked {
    /// A hint that does not verify is none; its key may have gone long ago. An address must be one of the application's.
    async fn read(api: &Api, pool: &Pool, parameters: &Parameters) -> Result<Self, ApiError> {
        let text = |name| parameters.get(name).map(str::to_owned);
        let ring = api.pools.current();
        let hint = parameters.get("id_token_hint");
        let hint = hint.and_then(|hint| ring.ring().verify_id_hint(hint, Utc::now()).ok());
        let hint = hint.filter(|hint| *hint.pool() == pool.pool.id);
        let named = hint.as_ref().map(|hint| hint.client().to_string());
        let client = match (named, text("client_id")) {
            (Some(named), Some(other)) if named != other => {
                return Err(wrong("`client_id` is not the application of `id_token_hint`."));
            }
            (named, said) => named.or(said),
        };
        let address = text("post_logout_redirect_uri");
        if let Some(address) = &address {
            let application = match &client {
                Some(id) => client::find(api, pool, id).await?,
                None => None,
            };
            let application = application.ok_or_else(|| {
                wrong("An application of this company must ask: send `id_token_hint`, or `client_id`.")
            })?;
            if !application.client.logout_uris.iter().any(|one| one.accepts(address)) {
                return Err(wrong(
                    "`post_logout_redirect_uri` is none of the application's: they are compared byte by byte.",
                ));
            }
        }
        Ok(Self { hint, client, address, state: text("state") })
    }

    /// The browser forgets what it has of us, and goes on.
    fn signed_out(self) -> Result<HttpResponse, ApiError> {
        let Self { address, state, .. } = self;
        let mut response = match address {
            None => to(SIGNED_OUT)?,
            Some(address) => {
                let state: Vec<_> = state.map(|state| ("state", state)).into_iter().collect();
                to(&with_parameters(&address, &state))?
            }
        };
        response.add_cookie(&cookies::no_session()).map_err(ApiError::broken)?;
        let (name, value) = CLEAR_SITE_DATA;
        response.headers_mut().insert(name, value);
        Ok(response)
    }
}

/// Who is signed in in this browser, and since when.
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
        let Some(tenant) = bind_tenant::by_cookie(request, api, company).await? else {
            return Ok(None);
        };
        let session = tenant.session()?;
        let (account, at) = (session.account(), session.signed_in_at());
        Ok(Some(Self { account, at, company: Arc::clone(&tenant.company) }))
    }

    /// The tokens first: should anything fail, whoever tries again is still known. And once more when the session is over: what it gave meanwhile goes too.
    async fn end(&self, request: &HttpRequest, api: &Api) -> Result<(), ApiError> {
        self.end_tokens(api).await?;
        if let Some(id) = cookies::session_id(request.headers()) {
            ending::end(api, self.company.id, &id).await?;
        }
        self.end_tokens(api).await
    }

    async fn end_tokens(&self, api: &Api) -> Result<(), ApiError> {
        let tenant = self.company.id;
        for family in api.store.revoke_sign_in(tenant, self.account, self.at).await? {
            ending::end_tokens(api, tenant, family).await?;
        }
        Ok(())
    }
}

fn wrong(detail: &str) -> ApiError {
    ApiError::with_detail(Code::BadRequest, detail)
}
