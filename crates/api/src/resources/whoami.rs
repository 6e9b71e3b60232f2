//! Shows the identity in a token. This is the only route that also accepts an ID token; it gives access to no other data.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use api_types::{Identity, TokenKind};
use domain::TenantId;
use idp::{BearerToken, ExternalIdentity, VerifiedToken};
use session::TokenOrigin;
use token::{Bearer, VerifiedId};

use crate::{
    Api,
    error::ApiError,
    extract::{Host, bearer_token, check_not_revoked, company},
};

const NO_EMAIL_REASON: &str = "an access token says what its bearer may do, not who the bearer is: get the address from an ID token or from the user-info endpoint";

/// A verified identity. It never becomes a `TenantContext`: authentication is not authorization.
enum IdentityProof {
    Id(Box<VerifiedId>),
    BearerToken(BearerToken),
}

/// The route, outside the bound scope: it shows only what the token itself says.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/whoami").route(web::get().to(whoami)).route(web::head().to(whoami)),
    );
}

/// Shows the identity in the token. An ID token contains the e-mail address; an access token does not, and the reply says why.
#[utoipa::path(
    get, path = "/api/v1/whoami", tag = "tokens", security(("bearer" = [])),
    responses(
        (status = 200, description = "The identity in the token", body = Identity),
        (status = 401, description = "`invalid_token`: `WWW-Authenticate` says why", body = api_types::Problem),
        (status = 403, description = "`company_closed`", body = api_types::Problem),
    )
)]
pub(crate) async fn whoami(
    request: HttpRequest,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let text = bearer_token(request.headers())?.ok_or_else(ApiError::missing_token)?;
    let proof = IdentityProof::verify(&api, text).await?;
    proof.check_host(&request, &api).await?;
    proof.check_active(&api).await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(proof.identity()))
}

impl IdentityProof {
    /// Verifies the text as an access token, or else as an ID token. If it is neither, the error is that of the access token.
    async fn verify(api: &Api, text: &str) -> Result<Self, ApiError> {
        match api.idp.verify_bearer(text).await {
            Ok(token) => Ok(Self::BearerToken(token)),
            Err(refused) => match api.idp.verify_id(text).await {
                Ok(id) => Ok(Self::Id(Box::new(id))),
                Err(_) => Err(refused.into()),
            },
        }
    }

    fn tenant(&self) -> TenantId {
        match self {
            Self::Id(id) => id.tenant(),
            Self::BearerToken(token) => token.tenant(),
        }
    }

    fn sign_in(&self) -> Option<TokenOrigin> {
        match self {
            Self::Id(id) => Some(TokenOrigin {
                tenant: id.tenant(),
                account: id.account(),
                origin: Some(id.origin()),
                at: id.signed_in_at(),
            }),
            Self::BearerToken(token) => token.sign_in(),
        }
    }

    /// Refuses another company's token on a company's host.
    async fn check_host(&self, request: &HttpRequest, api: &Api) -> Result<(), ApiError> {
        if Host::of(request, &api.settings.public_url)? == Host::Bare {
            return Ok(());
        }
        let company = company::company_of(request, api).await?;
        if company.id == self.tenant() { Ok(()) } else { Err(ApiError::foreign_token()) }
    }

    /// Checks that the sign-in was not revoked and that the company is open.
    async fn check_active(&self, api: &Api) -> Result<(), ApiError> {
        let (tenant, sign_in) = (self.tenant(), self.sign_in());
        let state = check_not_revoked(api, tenant, sign_in.as_ref()).await?;
        company::must_be_open(api, tenant, &state).await.map(drop)
    }

    fn identity(&self) -> Identity {
        match self {
            Self::Id(id) => of_id(id),
            Self::BearerToken(BearerToken::Own(verified)) => of_access(verified),
            Self::BearerToken(BearerToken::External(identity)) => of_external_identity(identity),
        }
    }
}

fn of_id(id: &VerifiedId) -> Identity {
    Identity {
        token_use: TokenKind::Id,
        issuer: id.issuer().url().to_string(),
        pool_id: Some(id.pool().clone()),
        tenant_id: id.tenant(),
        sub: id.account().to_string(),
        client_id: Some(id.client().to_string()),
        account_id: Some(id.account()),
        role: Some(id.role()),
        scopes: None,
        email: Some(id.email().clone()),
        email_verified: Some(id.email_verified()),
        name: Some(id.name().to_owned()),
        no_email_reason: None,
        origin_jti: Some(id.origin()),
        issued_at: id.issued_at(),
        expires_at: id.expires_at(),
    }
}

fn of_access(verified: &VerifiedToken) -> Identity {
    let access = &verified.access;
    let (sub, account_id, role, origin_jti) = match access.bearer() {
        Bearer::Person { account, role, origin, .. } => {
            (account.to_string(), Some(account), Some(role), Some(origin))
        }
        Bearer::Machine => (access.client().to_string(), None, None, None),
    };
    Identity {
        token_use: TokenKind::Access,
        issuer: access.issuer().url().to_string(),
        pool_id: Some(access.pool().clone()),
        tenant_id: access.tenant(),
        sub,
        client_id: Some(access.client().to_string()),
        account_id,
        role,
        scopes: Some(access.scopes().to_vec()),
        email: None,
        email_verified: None,
        name: None,
        no_email_reason: Some(NO_EMAIL_REASON.to_owned()),
        origin_jti,
        issued_at: access.issued_at(),
        expires_at: access.expires_at(),
    }
}

/// The subject comes from the token; the account and its role come from the company's records. The reply contains no address.
fn of_external_identity(identity: &ExternalIdentity) -> Identity {
    let ExternalIdentity { token, link, .. } = identity;
    Identity {
        token_use: TokenKind::Access,
        issuer: token.issuer().to_string(),
        pool_id: None,
        tenant_id: token.tenant(),
        sub: token.subject().to_owned(),
        account_id: Some(link.account_state.account),
        client_id: token.client().map(str::to_owned),
        role: Some(link.account_state.role),
        scopes: Some(token.scopes().to_vec()),
        email: None,
        email_verified: None,
        name: None,
        no_email_reason: Some(
            "an access token says what its bearer may do, not who the bearer is".to_owned(),
        ),
        origin_jti: None,
        issued_at: token.issued_at(),
        expires_at: token.expires_at(),
    }
}
