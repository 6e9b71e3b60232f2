//! The OpenAPI document: every route, with its replies and its errors.

use actix_web::{HttpResponse, web};
use api_types::cookies::WIDGET;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use super::{
    companies, departments, employees, explainer, health, onboarding, session, settings, tokens,
    whoami, widget,
};
use crate::{cookies, oidc};

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
        session::sign_in::sign_in,
        session::remembered::resume,
        session::remembered::forget,
        session::step_up::step_up,
        session::get::get,
        session::sign_out::sign_out,
        session::sign_out::sign_out_everywhere,
        session::list::list,
        session::end::end,
        session::end::end_others,
        settings::sessions::get,
        settings::sessions::put,
        settings::widgets::list,
        settings::widgets::create,
        settings::widgets::remove,
        widget::session::open,
        widget::out_today::list,
        onboarding::draft::get,
        onboarding::draft::put,
        onboarding::draft::delete,
        onboarding::own::get,
        onboarding::own::put,
        onboarding::own::discard,
        employees::sessions::list,
        employees::sessions::end,
        whoami::whoami,
        tokens::issue::issue,
        tokens::inspect::inspect,
        tokens::outbox::outbox,
        explainer::explain::explain,
        explainer::lookups::lookups,
        explainer::second_session::start,
        explainer::second_session::show,
        explainer::second_session::end,
        explainer::arrival::by_link,
        explainer::arrival::by_form,
        explainer::other_site::other_site,
        employees::list::list,
        employees::get::get,
        employees::create::create,
        employees::edit::edit,
        employees::terminate::terminate,
        departments::list::list,
        departments::edit::edit,
        companies::get,
        companies::list,
        oidc::discovery::discovery,
        oidc::discovery::authorization_server,
        oidc::discovery::discovery_before_path,
        oidc::discovery::jwks,
        oidc::authorize::authorize,
        oidc::token::token,
        oidc::user_info::user_info,
        oidc::user_info::user_info_by_post,
        oidc::revoke::revoke,
        oidc::logout::logout,
        oidc::logout::logout_by_post,
        oidc::logout::confirmed,
        health::live,
        health::ready,
        openapi,
    ),
    modifiers(&Cookies),
    security(("session" = []), ("bearer" = [])),
)]
struct Document;

struct Cookies;

impl Modify for Cookies {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = SecurityScheme::Http(
            HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build(),
        );
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(cookies::SESSION)));
        let widget = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(WIDGET.name)));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", cookie);
        components.add_security_scheme("widget", widget);
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

    /// A client generator names a method after the operation's id, so it must be unique.
    #[test]
    fn every_operation_has_its_own_id() {
        let document = serde_json::to_value(document()).unwrap();
        let operations = document["paths"].as_object().unwrap().values();
        let operations = operations.flat_map(|path| path.as_object().unwrap().values());
        let ids: Vec<&str> = operations.filter_map(|one| one["operationId"].as_str()).collect();
        let unique: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
        assert!(ids.len() > 20 && unique.len() == ids.len(), "{ids:?}");
    }

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
