//! Who a token says somebody is: the one place that takes an ID token as well, and where neither kind opens anything.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use api_types::{Identity, TokenKind};
use domain::TenantId;
use session::SignInOf;
use token::{Bearer, VerifiedId};

use crate::{
    Api,
    bind_tenant::{self, borne, not_denied},
    error::ApiError,
    host::Host,
    idp::{self, Verified},
};

/// Somebody's word that they are who they are. Nothing makes a tenant's context of it: whoever knows who you are does not therefore let you in.
enum IdentityProof {
    Id(Box<VerifiedId>),
    Access(Arc<Verified>),
}

/// The route, outside of the bound scope: it shows nothing but what the token itself says.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/whoami").route(web::get().to(whoami)).route(web::head().to(whoami)),
    );
}

/// Who the token says you are. With an ID token it can tell your address, with an access token it cannot, and says why.
#[utoipa::path(
    get, path = "/api/v1/whoami", tag = "tokens", security(("bearer" = [])),
    responses(
        (status = 200, description = "What the token tells", body = Identity),
        (status = 401, description = "`invalid_token`: `WWW-Authenticate` says why", body = api_types::Problem),
        (status = 403, description = "`company_closed`", body = api_types::Problem),
    )
)]
pub(crate) async fn whoami(
    request: HttpRequest,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let text = borne(request.headers())?.ok_or_else(ApiError::missing_token)?;
    let proof = IdentityProof::verify(&api, text).await?;
    proof.agrees_with_host(&request, &api).await?;
    proof.still_stands(&api).await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(proof.identity()))
}

impl IdentityProof {
    /// An access token, or else an ID token. What is refused as both is refused for what it is not as an access token.
    async fn verify(api: &Api, text: &str) -> Result<Self, ApiError> {
        match idp::verify_access(api, text).await {
            Ok(verified) => Ok(Self::Access(verified)),
            Err(refused) => match idp::verify_id(api, text).await {
                Ok(id) => Ok(Self::Id(Box::new(id))),
                Err(_) => Err(refused),
            },
        }
    }

    fn tenant(&self) -> TenantId {
        match self {
            Self::Id(id) => id.tenant(),
            Self::Access(verified) => verified.access.tenant(),
        }
    }

    fn sign_in(&self) -> Option<SignInOf> {
        match self {
            Self::Id(id) => Some(SignInOf {
                tenant: id.tenant(),
                account: id.account(),
                origin: id.origin(),
                at: id.signed_in_at(),
            }),
            Self::Access(verified) => idp::sign_in_of(&verified.access),
        }
    }

    /// A company's host takes that company's tokens only.
    async fn agrees_with_host(&self, request: &HttpRequest, api: &Api) -> Result<(), ApiError> {
        if Host::of(request, &api.settings.public_url)? == Host::Bare {
            return Ok(());
        }
        let company = bind_tenant::company_of(request, api).await?;
        if company.id == self.tenant() { Ok(()) } else { Err(ApiError::foreign_token()) }
    }

    /// Neither the sign-in nor the company is over.
    async fn still_stands(&self, api: &Api) -> Result<(), ApiError> {
        let (tenant, sign_in) = (self.tenant(), self.sign_in());
        let state = not_denied(api, tenant, sign_in.as_ref()).await?;
        bind_tenant::must_be_open(api, tenant, &state).await
    }

    fn identity(&self) -> Identity {
        match self {
            Self::Id(id) => of_id(id),
            Self::Access(verified) => of_access(verified),
        }
    }
}

fn of_id(id: &VerifiedId) -> Identity {
    Identity {
        token_use: TokenKind::Id,
        issuer: id.issuer().url().to_string(),
        pool_id: id.pool().clone(),
        tenant_id: id.tenant(),
        sub: id.account().to_string(),
        client_id: id.client().clone(),
        role: Some(id.role()),
        scopes: None,
        email: Some(id.email().clone()),
        email_verified: Some(id.email_verified()),
        name: Some(id.name().to_owned()),
        untold: None,
        origin_jti: Some(id.origin()),
        issued_at: id.issued_at(),
        expires_at: id.expires_at(),
    }
}

fn of_access(verified: &Verified) -> Identity {
    let access = &verified.access;
    let (sub, role, origin_jti) = match access.bearer() {
        Bearer::Person { account, role, origin, .. } => {
            (account.to_string(), Some(role), Some(origin))
        }
        Bearer::Machine => (access.client().to_string(), None, None),
    };
    let untold = "an access token says what its bearer may do and not who they are: an ID token holds the address, and the user-info endpoint tells it";
    Identity {
        token_use: TokenKind::Access,
        issuer: access.issuer().url().to_string(),
        pool_id: access.pool().clone(),
        tenant_id: access.tenant(),
        sub,
        client_id: access.client().clone(),
        role,
        scopes: Some(access.scopes().to_vec()),
        email: None,
        email_verified: None,
        name: None,
        untold: Some(untold.to_owned()),
        origin_jti,
        issued_at: access.issued_at(),
        expires_at: access.expires_at(),
    }
}
