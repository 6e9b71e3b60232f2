//! The authorization endpoint: a browser comes with its session and goes back to the application with a code (RFC 6749 §4.1, OpenID Connect Core §3.1.2).

mod fresh;
mod hint;
mod wanted;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web,
};
use api_types::{Code as Problem, OauthError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{AccountId, PoolId};
use store::{Flow, NewCode, SpentCode};

use super::{client, code::Code, html, issuer, parameters::Parameters, refusal::Refusal};
use crate::{
    Api, bind_tenant,
    error::ApiError,
    idp::{Application, issue},
};
use fresh::{Accepted, Fresh};
use hint::Hint;
use wanted::{Prompt, Wanted};

/// How long a code is good: a redirect and a request. RFC 6749 §4.1.2 allows ten minutes.
const CODE_LIFE: TimeDelta = TimeDelta::minutes(1);
/// The longest query. It is carried to the sign-in page and back.
const LONGEST_QUERY: usize = 4096;
/// The page on which one signs in.
const SIGN_IN: &str = "/sign-in";

/// Sends the browser back to the application with a code: at once if somebody is signed in at this company, otherwise after the company's own sign-in page,
/// which leads back to this very address.
///
/// The applications are the company's own, so nobody is asked to consent. A code is all that comes of a visit, and only the registered address gets it,
/// compared byte by byte but for the port of a loopback IP literal (RFC 8252 §7.3); until that address has been found right, whatever is wrong is told here
/// and never sent anywhere (RFC 9700 §4.11). The method of
/// PKCE is S256 and there is no other. Every answer says who gives it (RFC 9207). The request comes from another site by its nature: it changes nothing
/// but that there is a code, of no use to who cannot read the application's address and does not know the verifier.
#[utoipa::path(
    get, path = "/{pool_id}/oauth2/authorize", tag = "oidc", security(("session" = [])),
    params(
        ("pool_id" = PoolId, Path, description = "The pool of the company whose host this is"),
        ("client_id" = String, Query, description = "The application"),
        ("redirect_uri" = String, Query, description = "Where the code is sent: one of the application's, byte by byte"),
        ("response_type" = String, Query, description = "`code`"),
        ("code_challenge" = String, Query, description = "SHA-256 of the verifier, as base64url (RFC 7636)"),
        ("code_challenge_method" = String, Query, description = "`S256`"),
        ("scope" = Option<String>, Query, description = "Words between spaces; all that the application may ask for, if left out"),
        ("state" = Option<String>, Query, description = "Sent back as it is"),
        ("nonce" = Option<String>, Query, description = "Stands in the ID token"),
        ("prompt" = Option<String>, Query, description = "`none`: do not ask. `login`: ask again"),
        ("max_age" = Option<u32>, Query, description = "Ask again if the sign-in is older, in seconds"),
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
    html::or_page(&request, answer(&request, &api, &id).await)
}

async fn answer(request: &HttpRequest, api: &Api, id: &PoolId) -> Result<HttpResponse, ApiError> {
    if request.query_string().len() > LONGEST_QUERY {
        return Err(ApiError::with_detail(Problem::BadRequest, "The query is too long."));
    }
    let query = Parameters::of_query(request)?;
    let (company, pool) = issuer::at_home(request, api, id).await?;
    let (application, address) = asker(api, &pool, &query).await?;
    let session = bind_tenant::by_cookie(request, api, company).await?;
    let signed_in = match &session {
        Some(tenant) => Some((tenant.session()?.account(), tenant.session()?.signed_in_at())),
        None => None,
    };
    let visit = Visit { request, application: &application, address, query: &query };
    let mut told = match visit.decide(api, signed_in).await {
        Ok(Onward::SignIn(path)) => return to_sign_in(&path),
        Ok(Onward::Code(code)) => vec![("code", code.to_text())],
        Err(Refusal::Told(error, why)) => {
            vec![("error", error.as_str().to_owned()), ("error_description", why.to_owned())]
        }
        Err(Refusal::Other(error)) => return Err(error),
    };
    if let Some(state) = query.get("state") {
        told.push(("state", state.to_owned()));
    }
    told.push(("iss", pool.issuer.url().to_string()));
    to(&with_parameters(address, &told))
}

/// A browser that was sent here by an application.
struct Visit<'v> {
    request: &'v HttpRequest,
    application: &'v Application,
    address: &'v str,
    query: &'v Parameters,
}

/// Where it goes.
enum Onward {
    /// To the application.
    Code(Code),
    /// To the sign-in page, and from there to this path.
    SignIn(String),
}

impl Visit<'_> {
    /// Whoever is signed in, and lately enough, gets a code; anybody else is asked to sign in, unless nobody may be asked.
    async fn decide(
        &self,
        api: &Api,
        signed_in: Option<(AccountId, DateTime<Utc>)>,
    ) -> Result<Onward, Refusal> {
        if !self.application.may_use(Flow::Code) {
            let why = "the client may not get codes";
            return Err(Refusal::Told(OauthError::UnauthorizedClient, why));
        }
        let mut wanted = Wanted::read(self.application, self.query)?;
        let hint = Hint::read(api, self.application, self.query);
        let is_meant = signed_in.is_none_or(|(account, _)| hint.may_be(account));
        if !is_meant && wanted.prompt != Prompt::None {
            wanted.prompt = Prompt::SelectAccount;
        }
        let request = fresh::digest_of(self.request.query_string());
        let fresh = Fresh { api, application: self.application, request, now: Utc::now() };
        let shown = self.query.get(fresh::PARAMETER);
        let accepted = |known| Some((known, fresh.accepts(known, &wanted, shown)?));
        if let Some((known, accepted)) = signed_in.and_then(accepted) {
            if !hint.accepts(known.0, wanted.prompt) {
                // The user signed in again, as another than the one who is meant: there are no tokens for that one.
                let why = "another user is signed in than the one of id_token_hint";
                return Err(Refusal::Told(OauthError::LoginRequired, why));
            }
            if let Some(code) = self.code(api, &wanted, known, accepted).await? {
                return Ok(Onward::Code(code));
            }
        }
        if wanted.prompt == Prompt::None {
            let why = "nobody is signed in, or not lately enough, and nobody may be asked";
            return Err(Refusal::Told(OauthError::LoginRequired, why));
        }
        let asks = wanted.is_particular() || hint != Hint::Absent;
        let ticket = asks.then(|| fresh.ticket(signed_in, &wanted));
        Ok(Onward::SignIn(fresh::back_to(self.request, ticket.as_deref())))
    }

    /// A code, which is stored as a digest. `None` if the ticket that it would be given for is spent.
    async fn code(
        &self,
        api: &Api,
        wanted: &Wanted,
        (account, authenticated_at): (AccountId, DateTime<Utc>),
        accepted: Accepted,
    ) -> Result<Option<Code>, Refusal> {
        let origin = issue::origin(authenticated_at)?;
        let code = Code::random(origin).map_err(ApiError::broken)?;
        let grant = SpentCode {
            account,
            client: self.application.client.id.clone(),
            redirect_uri: self.address.to_owned(),
            code_challenge: wanted.challenge.to_text(),
            nonce: wanted.nonce.clone(),
            scopes: wanted.scopes.clone(),
            authenticated_at,
        };
        let ticket = match accepted {
            Accepted::AsItIs => None,
            Accepted::ByTicket(ticket) => Some(ticket),
        };
        let expires_at = Utc::now() + CODE_LIFE;
        let new = NewCode { digest: code.digest(), grant, expires_at, ticket };
        let created = api.store.create_code(self.application.tenant(), new).await?;
        Ok(created.then_some(code))
    }
}

/// The application that sent the browser here, and the address it is to be sent back to. Nothing else is looked at before both are found right.
async fn asker<'q>(
    api: &Api,
    pool: &crate::idp::snapshot::Pool,
    query: &'q Parameters,
) -> Result<(Application, &'q str), ApiError> {
    let wrong = |detail| ApiError::with_detail(Problem::BadRequest, detail);
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

fn to_sign_in(path: &str) -> Result<HttpResponse, ApiError> {
    to(&with_parameters(SIGN_IN, &[("next", path.to_owned())]))
}

/// 303, so that no browser sends anything along (RFC 9700 §4.12).
pub(super) fn to(address: &str) -> Result<HttpResponse, ApiError> {
    let location = HeaderValue::from_str(address).map_err(ApiError::broken)?;
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, location));
    Ok(response.insert_header((header::CACHE_CONTROL, "no-store")).finish())
}

/// The address with more parameters behind its own.
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
    fn parameters_stand_behind_those_of_the_address() {
        let told = [("code", "a-b".to_owned()), ("state", "x y&z=1#".to_owned())];
        let behind = "code=a-b&state=x+y%26z%3D1%23";
        for (address, whole) in [
            ("https://app.example/back", format!("https://app.example/back?{behind}")),
            ("https://app.example/back?a=1", format!("https://app.example/back?a=1&{behind}")),
        ] {
            assert_eq!(with_parameters(address, &told), whole);
        }
        assert_eq!(with_parameters("https://app.example/", &[]), "https://app.example/");
    }
}
