//! HTTP: routes, extractors, status codes, OpenAPI.
//!
//! A request passes `middleware`, is read by `extract`, and is answered by a handler in `resources`, `oidc` or `cognito`. Handlers share
//! `app`, the state of a worker. Errors become replies in `error`, cached bodies in `respond`, and changes of cached data go through `write`.
//!
//! Every request under `/api/v1` that reads or changes a company's data passes `bind_tenant` first, the only place that binds a request to its tenant.

mod app;
mod attempts;
mod cognito;
mod cookies;
mod csp_hash;
mod draft_token;
mod error;
mod extract;
mod finish;
mod middleware;
mod oidc;
mod resources;
mod respond;
mod settings;
mod write;

use actix_web::{middleware::from_fn, web};

pub use app::{Api, Directory, ReadinessProbe, Ui, UiError};
pub use resources::{
    health::health_checks,
    onboarding::sealed::{
        OnboardingFormError, open as open_onboarding, reseal as reseal_onboarding,
        seal as seal_onboarding,
    },
    openapi::document as openapi_document,
};
pub use settings::{InvalidProxies, InvalidPublicUrl, PublicUrl, Settings, TrustedProxies};

use middleware::{bind_tenant, guard, local_only, request_id, security_headers};
use resources::{
    companies, departments, docs, employees, explainer, health, onboarding, openapi, session,
    settings as company_settings, tokens, ui, whoami, widget,
};

/// Registers all routes of one worker. `api` belongs to this worker: its Redis connections are not shared with other workers.
pub fn configure(config: &mut web::ServiceConfig, api: Api) {
    let everything = web::scope("")
        .wrap(from_fn(local_only::refuse_other_machines))
        .wrap(from_fn(request_id::with_request_id))
        .wrap(from_fn(security_headers::add))
        .configure(health::routes)
        .configure(docs::routes)
        .configure(widget::page_routes)
        .configure(api_v1)
        .configure(oidc::routes)
        .configure(cognito::routes);
    #[cfg(feature = "lab")]
    let everything = everything.configure(resources::lab::routes);
    config
        .app_data(web::Data::new(api.readiness.clone()))
        .app_data(web::Data::new(api))
        .service(everything.default_service(web::to(ui::serve)));
}

fn api_v1(config: &mut web::ServiceConfig) {
    let bound = web::scope("")
        .wrap(from_fn(bind_tenant::bind_tenant))
        .configure(session::bound_routes)
        .configure(company_settings::routes)
        .configure(onboarding::bound_routes)
        .configure(employees::routes)
        .configure(departments::routes)
        .configure(tokens::routes)
        .configure(explainer::bound_routes);
    config.service(
        web::scope("/api/v1")
            .wrap(from_fn(guard::refuse_unexpected_headers))
            .configure(openapi::routes)
            .configure(companies::routes)
            .configure(whoami::routes)
            .configure(session::open_routes)
            .configure(widget::routes)
            .configure(onboarding::open_routes)
            .configure(explainer::open_routes)
            .service(bound),
    );
}
