//! The authorization endpoint: a browser sends its session and is redirected to the application with a code (RFC 6749 §4.1, OpenID Connect Core §3.1.2).

mod authorize_request;
mod hint;
mod recent_sign_in;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web,
};
use api_types::{Code, OauthError, routes::SIGN_IN};
use chrono::{TimeDelta, Utc};
use domain::PoolId;
use idp::{Application, AuthorizationCode, Pool, new_origin};
use session::Session;
use store::{Flow, NewCode, SpentCode};

use super::{client, html, issuer, parameters::Parameters, refusal::Refusal};
use crate::{Api, error::ApiError, extract::Tenant, middleware::bind_tenant::by_cookie};
use authorize_request::{AuthorizeRequest, Prompt};
use hint::Hint;
use recent_sign_in::{Accepted, RecentSignIn};

/// The lifetime of a code: long enough for a redirect and a request. RFC 6749 §4.1.2 allows ten minutes.
const CODE_LIFETIME: TimeDelta = TimeDelta::minutes(1);
/// The longest query, in bytes. It is passed to the sign-in page and back.
const LONGEST_QUERY: usize = 4096;

/// Redirects the browser to the application with a code: at once if a user is signed in at this company, otherwise after the company's sign-in page, which
/// leads back to the same address.
///
/// The applications belong to the company, so users are not asked for consent. The code is sent only to a registered address, compared byte by byte except for
/// the port of a loopback IP literal (RFC 8252 §7.3). Until that address is validated, errors are shown here and not sent to any address (RFC 9700 §4.11). The
/// only PKCE method is S256. Every answer names the issuer (RFC 9207). Such a request normally comes from another site. That is safe: its only effect is a
/// code, which is useless without access to the application's address and without the verifier.
#[utoipa::path(
    get, path = "/{pool_id}/oauth2/authorize", tag = "oidc", security(("session" = [])),
    params(
        ("pool_id" = PoolId, Path, description = "The pool of the host's company"),
        ("client_id" = String, Query, description = "The application"),
        ("redirect_uri" = String, Query, description = "Where the code is sent: a registered address of the application, compared byte by byte"),
        ("response_type" = String, Query, description = "`code`"),
        ("code_challenge" = String, Query, description = "SHA-256 of the verifier, as base64url (RFC 7636)"),
        ("code_challenge_method" = String, Query, description = "`S256`"),
        ("scope" = Option<String>, Query, description = "Scopes separated by spaces; if missing, all scopes that the application may ask for"),
        ("state" = Option<String>, Query, description = "Returned unchanged"),
        ("nonce" = Option<String>, Query, description = "Copied into the ID token"),
        ("prompt" = Option<String>, Query, description = "`none`: do not ask the user to sign in. `login`: always ask"),
        ("max_age" = Option<u32>, Query, description = "Ask the user to sign in again if the sign-in is older, in seconds"),
        ("id_token_hint" = Option<String>, Query, description = "An ID token of the user who is meant; it may have expired"),
    ),
    responses(
        (status = 303, description = "To the application with `code`, or `error`, and `state` and `iss`; or to the sign-in page"),
        (status = 400, description = "`bad_request`: the application or the address is not known; `company_host_required`", body = api_types::Problem),
        (status = 403, description = "`company_closed`", body = api_types::Problem),
        (status = 404, description = "There is no such pool at this host", body = api_types::Problem),
    )
)]
pub(crate) async fn authorize(
    request: HttpRequest,
    id: web::Path<PoolId>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    html::or_page(&request, respond(&request, &api, &id).await)
}

async fn respond(request: &HttpRequest, api: &Api, id: &PoolId) -> Result<HttpResponse, ApiError> {
    if request.query_string().len() > LONGEST_QUERY {
        return Err(ApiError::with_detail(Code::BadRequest, "The query exceeds 4096 bytes."));
    }
    let query = Parameters::of_query(request)?;
    let (company, pool) = issuer::find_pool_at_company_host(request, api, id).await?;
    let (application, address) = validated_client(api, &pool, &query).await?;
    let tenant = by_cookie(request, api, company).await?;
    let session = tenant.as_ref().map(Tenant::session).transpose()?;
    let validated = ValidatedRequest { request, application: &application, address, query: &query };
    let mut reply = match validated.decide(api, session).await {
        Ok(Destination::SignIn(path)) => return redirect_to_sign_in(&path),
        Ok(Destination::Code(code)) => vec![("code", code.to_text())],
        Err(Refusal::Oauth(error, why)) => {
            vec![("error", error.as_str().to_owned()), ("error_description", why.to_owned())]
        }
        Err(Refusal::Other(error)) => return Err(error),
    };
    if let Some(state) = query.get("state") {
        reply.push(("state", state.to_owned()));
    }
    reply.push(("iss", pool.issuer().url().to_string()));
    redirect_to(&with_parameters(address, &reply))
}

/// An authorization request with a validated application and address.
struct ValidatedRequest<'v> {
    request: &'v HttpRequest,
    application: &'v Application,
    address: &'v str,
    query: &'v Parameters,
}

/// Where the browser is redirected to.
enum Destination {
    /// To the application, with this code.
    Code(AuthorizationCode),
    /// To the sign-in page, which then leads to this path.
    SignIn(String),
}

impl ValidatedRequest<'_> {
    /// A user who signed in recently enough gets a code. Otherwise the user is asked to sign in, unless the request forbids that.
    async fn decide(&self, api: &Api, session: Option<&Session>) -> Result<Destination, Refusal> {
        // A request for a recent sign-in asks for the password, also of a device that stays signed in.
        let signed_in = session.map(|session| (session.account(), session.authenticated_at()));
        if !self.application.may_use(Flow::Code) {
            let why = "the client may not use the authorization code flow";
            return Err(Refusal::Oauth(OauthError::UnauthorizedClient, why));
        }
        let mut authorize_request = AuthorizeRequest::read(self.application, self.query)?;
        let hint = Hint::read(api, self.application, self.query);
        let is_meant = signed_in.is_none_or(|(account, _)| hint.may_be(account));
        if !is_meant && authorize_request.prompt != Prompt::None {
            authorize_request.prompt = Prompt::SelectAccount;
        }
        let request = recent_sign_in::digest_of(self.request.query_string());
        let recent = RecentSignIn { api, application: self.application, request, now: Utc::now() };
        let shown = self.query.get(recent_sign_in::PARAMETER);
        let accepted = |known| Some((known, recent.accepts(known, &authorize_request, shown)?));
        if let (Some(session), Some((known, accepted))) = (session, signed_in.and_then(accepted)) {
            if !hint.accepts(known.0, authorize_request.prompt) {
                // The user signed in again, but as another user than the hint names: that user gets no tokens.
                let why = "the signed-in user is not the one of id_token_hint";
                return Err(Refusal::Oauth(OauthError::LoginRequired, why));
            }
            if let Some(code) = self.code(api, &authorize_request, session, accepted).await? {
                return Ok(Destination::Code(code));
            }
        }
        if authorize_request.prompt == Prompt::None {
            let why = "no user is signed in recently enough, and prompt=none forbids asking";
            return Err(Refusal::Oauth(OauthError::LoginRequired, why));
        }
        let asks = authorize_request.is_particular() || hint != Hint::Absent;
        let ticket = asks.then(|| recent.ticket(signed_in, &authorize_request));
        Ok(Destination::SignIn(recent_sign_in::return_path(self.request, ticket.as_deref())))
    }

    /// Makes a code and stores its digest. `None` if the ticket of the request was already used.
    async fn code(
        &self,
        api: &Api,
        authorize_request: &AuthorizeRequest,
        session: &Session,
        accepted: Accepted,
    ) -> Result<Option<AuthorizationCode>, Refusal> {
        // The beginning of the session names the sign-in: signing out revokes the tokens of this time.
        let (account, authenticated_at) = (session.account(), session.signed_in_at());
        let origin = new_origin(authenticated_at).map_err(ApiError::broken)?;
        let code = AuthorizationCode::random(origin).map_err(ApiError::broken)?;
        let grant = SpentCode {
            account,
            client: self.application.client.id.clone(),
            redirect_uri: self.address.to_owned(),
            code_challenge: authorize_request.challenge.to_text(),
            nonce: authorize_request.nonce.clone(),
            scopes: authorize_request.scopes.clone(),
            authenticated_at,
            password_at: session.authenticated_at(),
        };
        let ticket = match accepted {
            Accepted::AsIs => None,
            Accepted::ByTicket(ticket) => Some(ticket),
        };
        let expires_at = Utc::now() + CODE_LIFETIME;
        let new = NewCode { digest: code.digest(), grant, expires_at, ticket };
        let created = api.store.create_code(self.application.tenant(), new).await?;
        Ok(created.then_some(code))
    }
}

/// Validates the application that sent the browser here and the address that it is redirected to. This comes before all other checks.
async fn validated_client<'q>(
    api: &Api,
    pool: &Pool,
    query: &'q Parameters,
) -> Result<(Application, &'q str), ApiError> {
    let wrong = |detail| ApiError::with_detail(Code::BadRequest, detail);
    if query.is_repeated("client_id") || query.is_repeated("redirect_uri") {
        return Err(wrong("Send `client_id` and `redirect_uri` once each."));
    }
    let id = query.get("client_id").ok_or_else(|| wrong("`client_id` is missing."))?;
    let known = client::find(api, pool, id).await?;
    let application =
        known.ok_or_else(|| wrong("`client_id` names no application of this company."))?;
    let registered = &application.client.redirect_uris;
    let address = query.get("redirect_uri").ok_or_else(|| wrong("`redirect_uri` is missing."))?;
    if !registered.iter().any(|one| one.accepts(address)) {
        return Err(wrong(
            "`redirect_uri` is not registered for the application: addresses are compared byte by byte.",
        ));
    }
    Ok((application, address))
}

fn redirect_to_sign_in(path: &str) -> Result<HttpResponse, ApiError> {
    redirect_to(&with_parameters(SIGN_IN, &[("next", path.to_owned())]))
}

/// A redirect with status 303, so that the browser does not repeat the body of a form (RFC 9700 §4.12).
pub(super) fn redirect_to(address: &str) -> Result<HttpResponse, ApiError> {
    let location = HeaderValue::from_str(address).map_err(ApiError::broken)?;
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, location));
    Ok(response.insert_header((header::CACHE_CONTROL, "no-store")).finish())
}

/// Appends parameters to the query of an address.
pub(super) fn with_parameters(address: &str, parameters: &[(&str, String)]) -> String {
    if parameters.is_empty() {
        return address.to_owned();
    }
    let mark = if address.contains('?') { '&' } else { '?' };
    let pairs = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{address}{mark}{pairs}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_appended_to_those_of_the_redirect_uri() {
        let added = [("code", "a-b".to_owned()), ("state", "x y&z=1#".to_owned())];
        let query = "code=a-b&state=x+y%26z%3D1%23";
        for (address, whole) in [
            ("https://app.example/back", format!("https://app.example/back?{query}")),
            ("https://app.example/back?a=1", format!("https://app.example/back?a=1&{query}")),
        ] {
            assert_eq!(with_parameters(address, &added), whole);
        }
        assert_eq!(with_parameters("https://app.example/", &[]), "https://app.example/");
    }
}
