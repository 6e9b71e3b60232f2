//! `POST /api/v1/tokens/inspect`: shows the contents of a token.

use actix_web::{HttpResponse, http::header, web};
use api_types::{InspectToken, Inspected, TokenKind};
use chrono::Utc;
use token::TokenUse;

use super::only_in_a_demonstration;
use crate::{
    Api,
    error::ApiError,
    extract::{Body, Tenant},
};

/// Verifies a token as any JWT library does, and shows its contents if it is valid. Revocations are not checked, because the token itself does not show them.
#[utoipa::path(
    post, path = "/api/v1/tokens/inspect", tag = "tokens", request_body = InspectToken, security(("session" = [])),
    responses(
        (status = 200, description = "Whether the token is valid, and its contents", body = Inspected),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 404, description = "The demonstration is off", body = api_types::Problem),
    )
)]
pub(crate) async fn inspect(
    tenant: Tenant,
    token: Body<InspectToken>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    only_in_a_demonstration(&api)?;
    tenant.session()?;
    let inspected = match api.idp.pools.inspect(&token.token, Utc::now()) {
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
