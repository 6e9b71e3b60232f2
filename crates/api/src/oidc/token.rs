//! The token endpoint: issues tokens for a code, for a refresh token, or for a machine's secret (RFC 6749 §4 to §6).

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use api_types::{OauthError, TokenReply};
use domain::{AccessScope, PoolId, PrintableText};
use idp::{Application, AuthorizationCode, IssuedTokens, Protocol, SignIn, UnknownScopes};
use store::{Flow, Redeemed, SpentCode};
use throttle::Rule;
use token::{CodeChallenge, CodeVerifier, InvalidVerifier};

use super::{
    client, issuer,
    parameters::Parameters,
    refusal::{Refusal, into_response},
};
use crate::{Api, attempts, error::ApiError};

/// One answer for a code or refresh token that is unknown, used, expired or another client's, so that it does not reveal which.
const INVALID_GRANT: Refusal = Refusal::Oauth(
    OauthError::InvalidGrant,
    "the code or refresh token is invalid, or was issued for another client, redirect_uri or verifier",
);

/// Issues tokens for a code, for a refresh token, or to a machine.
///
/// A code can be used once and within a minute. If it is sent again, all tokens that were issued for it are revoked (row T7). If it is sent with a wrong
/// verifier, address or client, it is used up too. A refresh token is replaced at each use if the client's refresh tokens rotate (row T4g). A machine gets
/// only an access token (row T9).
#[utoipa::path(
    post, path = "/{pool_id}/oauth2/token", tag = "oidc", security(()),
    params(("pool_id" = PoolId, Path, description = "The pool")),
    request_body(
        content = String, content_type = "application/x-www-form-urlencoded",
        description = "`grant_type` is `authorization_code` (with `code`, `redirect_uri`, `code_verifier`), `refresh_token` (with `refresh_token`) or `client_credentials` \
                       (with `scope`, if not all). The client authenticates with `Authorization: Basic`, with `client_id` and `client_secret`, or, if it has no secret, with `client_id`"
    ),
    responses(
        (status = 200, description = "The tokens", body = TokenReply),
        (status = 400, description = "An error code of RFC 6749 §5.2", body = api_types::OauthProblem),
        (status = 401, description = "`invalid_client`", body = api_types::OauthProblem),
        (status = 403, description = "`company_closed`", body = api_types::Problem),
        (status = 404, description = "There is no such pool at this host", body = api_types::Problem),
        (status = 429, description = "`temporarily_unavailable`: too many wrong secrets or refresh tokens; see `Retry-After`", body = api_types::OauthProblem),
    )
)]
pub(crate) async fn token(
    request: HttpRequest,
    id: web::Path<PoolId>,
    body: web::Bytes,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    into_response(issue(&request, &api, &id, &body).await.map(|issued| {
        let mut response = HttpResponse::Ok();
        response.insert_header((header::CACHE_CONTROL, "no-store")).json(reply(issued))
    }))
}

async fn issue(
    request: &HttpRequest,
    api: &Api,
    id: &PoolId,
    body: &[u8],
) -> Result<IssuedTokens, Refusal> {
    let form = Parameters::of_form(request, body)?;
    let pool = issuer::find_pool(request, api, id).await?;
    let application = client::authenticate(api, &pool, request, &form).await?;
    let grant_type = form.need("grant_type", "grant_type is missing")?;
    let (flow, issuing) = match grant_type {
        "authorization_code" => {
            (Flow::Code, Box::pin(for_code(api, &application, &form)) as Issuing<'_>)
        }
        "refresh_token" => {
            (Flow::Refresh, Box::pin(for_refresh(api, request, &application, &form)) as _)
        }
        "client_credentials" => {
            (Flow::ClientCredentials, Box::pin(for_machine(api, &application, &form)) as _)
        }
        _ => {
            return Err(Refusal::Oauth(
                OauthError::UnsupportedGrantType,
                "grant_type must be authorization_code, refresh_token or client_credentials",
            ));
        }
    };
    if !application.may_use(flow) {
        return Err(FLOW_NOT_ALLOWED);
    }
    issuing.await
}

type Issuing<'g> = std::pin::Pin<Box<dyn Future<Output = Result<IssuedTokens, Refusal>> + 'g>>;

const FLOW_NOT_ALLOWED: Refusal =
    Refusal::Oauth(OauthError::UnauthorizedClient, "the client may not use this grant_type");

async fn for_code(
    api: &Api,
    application: &Application,
    form: &Parameters,
) -> Result<IssuedTokens, Refusal> {
    let code = form.need("code", "code is missing")?;
    let address = form.need("redirect_uri", "redirect_uri is missing")?;
    let verifier = form.need("code_verifier", "code_verifier is missing")?;
    let code: AuthorizationCode = code.parse().map_err(|_| INVALID_GRANT)?;
    let verifier: CodeVerifier = verifier.parse().map_err(|wrong: InvalidVerifier| {
        Refusal::Oauth(OauthError::InvalidGrant, wrong.description())
    })?;
    let tenant = application.tenant();
    // The code is used up before it is checked, so a client that guesses the verifier has one guess.
    let spent = match api.store.spend_code(tenant, code.digest(), code.origin()).await? {
        Redeemed::Good(spent) => spent,
        Redeemed::Refused => return Err(INVALID_GRANT),
        Redeemed::Again(family) => {
            let client = &application.client.id;
            tracing::warn!(%tenant, %client, origin = %family, "idp.code.reused");
            api.idp.revocations.end_tokens(tenant, family).await?;
            return Err(INVALID_GRANT);
        }
    };
    if !was_issued_for(&spent, application, address, &verifier) {
        return Err(INVALID_GRANT);
    }
    let person = api.store.person(tenant, spent.account).await?;
    let person =
        person.filter(|person| api.idp.may_use_account(person.demo)).ok_or(INVALID_GRANT)?;
    let SpentCode { mut scopes, authenticated_at, password_at, nonce, .. } = spent;
    scopes.retain(|scope| application.client.scopes.contains(scope));
    let (person, nonce) = (&person, nonce.as_ref().map(PrintableText::as_str));
    let protocol = Protocol::OpenId;
    let sign_in =
        SignIn { application, person, scopes, authenticated_at, password_at, nonce, protocol };
    let issued = api.idp.begin_as(sign_in, code.origin()).await?;
    let mut issued = issued.ok_or(INVALID_GRANT)?;
    if !application.may_use(Flow::Refresh) {
        issued.refresh = None;
    }
    Ok(issued)
}

fn was_issued_for(
    spent: &SpentCode,
    application: &Application,
    address: &str,
    verifier: &CodeVerifier,
) -> bool {
    let challenge = spent.code_challenge.parse::<CodeChallenge>();
    spent.client == application.client.id
        && spent.redirect_uri == address
        && challenge.is_ok_and(|challenge| challenge.is_of(verifier))
}

/// Issues tokens for a refresh token. The scopes of the sign-in stay as they are and cannot be reduced; the answer names them (RFC 6749 §3.3). An unknown scope
/// in the request is ignored, because the client may have named it at the authorization endpoint too. A scope that the client may not have is refused.
async fn for_refresh(
    api: &Api,
    request: &HttpRequest,
    application: &Application,
    form: &Parameters,
) -> Result<IssuedTokens, Refusal> {
    let token = form.need("refresh_token", "refresh_token is missing")?;
    client::scopes(application, form.get("scope"), UnknownScopes::Ignore)?;
    let (rule, tenant) = (Rule::RefreshToken, application.tenant());
    let client = application.client.id.as_str();
    let attempt = attempts::reserve(api, request, rule, tenant, client).await?;
    let issued = api.idp.refresh(application, token, Protocol::OpenId).await;
    let issued = issued.map_err(Refusal::from).and_then(|issued| issued.ok_or(INVALID_GRANT));
    attempts::settle(attempt, issued).await
}

/// Issues a token for a machine. A public client is refused, because it has no secret that proves its identity.
async fn for_machine(
    api: &Api,
    application: &Application,
    form: &Parameters,
) -> Result<IssuedTokens, Refusal> {
    if application.client.secret.is_none() {
        return Err(FLOW_NOT_ALLOWED);
    }
    let requested = form.get("scope");
    let mut scopes = client::scopes(application, requested, UnknownScopes::Refuse)?;
    if requested.is_none() {
        scopes.retain(|scope| scope.is_of_a_resource());
    }
    if scopes.is_empty() || !scopes.iter().all(|scope| scope.is_of_a_resource()) {
        return Err(Refusal::Oauth(
            OauthError::InvalidScope,
            "a machine needs at least one scope, and only resource scopes, none of a person",
        ));
    }
    Ok(api.idp.issue_to_machine(application, scopes).await?)
}

fn reply(issued: IssuedTokens) -> TokenReply {
    let IssuedTokens { access, id, refresh, expires_in, scopes, .. } = issued;
    let words: Vec<&str> = scopes.into_iter().map(AccessScope::as_str).collect();
    TokenReply {
        access_token: access.into(),
        token_type: "Bearer".to_owned(),
        expires_in,
        refresh_token: refresh,
        id_token: id.map(Into::into),
        scope: words.join(" "),
    }
}
