//! The OpenAPI document: every route, with its replies and its errors.

use actix_web::{HttpResponse, web};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use crate::cookies;

/// The document, as `GET /api/v1/openapi.json` serves it.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Watertight",
        description = "A small multi-tenant HR product. The host names the company, and a session or token proves it.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    paths(
        crate::session::sign_in,
        crate::session::who_am_i,
        crate::session::sign_out,
        crate::session::sign_out_everywhere,
        crate::whoami::whoami,
        crate::tokens::issue,
        crate::tokens::inspect,
        crate::tokens::outbox,
        crate::employees::list,
        crate::employees::find,
        crate::employees::create::create,
        crate::employees::edit::edit,
        crate::employees::terminate::terminate,
        crate::departments::list,
        crate::departments::edit,
        crate::company::face,
        crate::company::all,
        crate::oidc::discovery::discovery,
        crate::oidc::discovery::authorization_server,
        crate::oidc::discovery::discovery_before_path,
        crate::oidc::discovery::jwks,
        crate::oidc::authorize::authorize,
        crate::oidc::token::token,
        crate::oidc::user_info::user_info,
        crate::oidc::user_info::user_info_by_post,
        crate::oidc::revoke::revoke,
        crate::oidc::logout::logout,
        crate::oidc::logout::logout_by_post,
        crate::oidc::logout::confirmed,
        crate::health::live,
        crate::health::ready,
        openapi,
    ),
    modifiers(&SessionCookie),
    security(("session" = []), ("bearer" = [])),
)]
struct Document;

struct SessionCookie;

impl Modify for SessionCookie {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = SecurityScheme::Http(
            HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build(),
        );
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(cookies::SESSION)));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", cookie);
        components.add_security_scheme("bearer", bearer);
    }
}

/// The route, outside the bound scope: the description of the API is public.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/openapi.json").route(web::get().to(openapi)).route(web::head().to(openapi)),
    );
}

/// Returns this OpenAPI document.
#[utoipa::path(
    get, path = "/api/v1/openapi.json", tag = "health",
    responses((status = 200, description = "The OpenAPI description of every route"))
)]
pub(crate) async fn openapi() -> HttpResponse {
    HttpResponse::Ok().json(document())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_describes_field_codes_and_requires_an_amount() {
        let document = serde_json::to_value(document()).unwrap();
        let schemas = &document["components"]["schemas"];
        let codes = schemas["FieldCode"].to_string();
        assert!(codes.contains("\"missing\"") && codes.contains("\"too_long\""), "{codes}");
        let required = schemas["FieldError"]["required"].to_string();
        assert!(required.contains("\"code\""), "{required}");
        let salary = &schemas["SalaryInput"];
        assert!(salary["required"].to_string().contains("\"minor_units\""), "{salary}");
        assert_eq!(salary["properties"]["minor_units"]["type"], "integer", "{salary}");
    }
}
