//! HTTP: routes, extractors, status codes, OpenAPI.
//!
//! Every request under `/api/v1` that reads or changes a company's data passes `bind_tenant` first, the only place that binds a request to its tenant.

mod app;
mod attempts;
mod authorization;
mod bind_tenant;
mod body_timeout;
mod client_address;
mod cognito;
mod company;
mod cookies;
mod cross_site;
mod cursor;
mod demonstration;
mod departments;
mod directory;
mod docs;
mod employee_fields;
mod employee_query;
mod employees;
mod error;
mod guard;
mod health;
mod host;
mod if_match;
mod json;
#[cfg(feature = "lab")]
mod laboratory;
mod oidc;
mod openapi;
mod parameters;
mod readiness;
mod request_id;
mod request_metrics;
mod request_target;
mod respond;
mod security_headers;
mod session;
mod settings;
mod tokens;
mod ui;
mod whoami;
mod write;

use actix_web::{middleware::from_fn, web};

pub use app::Api;
pub use client_address::{InvalidProxies, TrustedProxies};
pub use directory::Directory;
pub use health::health_checks;
pub use openapi::document as openapi_document;
pub use readiness::ReadinessProbe;
pub use settings::{InvalidPublicUrl, PublicUrl, Settings};
pub use ui::{Ui, UiError};

/// Registers all routes of one worker. `api` belongs to this worker: its Redis connections are not shared with other workers.
pub fn configure(config: &mut web::ServiceConfig, api: Api) {
    let everything = web::scope("")
        .wrap(from_fn(demonstration::refuse_other_machines))
        .wrap(from_fn(request_id::with_request_id))
        .wrap(from_fn(security_headers::add))
        .configure(health::routes)
        .configure(docs::routes)
        .configure(api_v1)
        .configure(oidc::routes)
        .configure(cognito::routes);
    #[cfg(feature = "lab")]
    let everything = everything.configure(laboratory::routes);
    config
        .app_data(web::Data::new(api.readiness.clone()))
        .app_data(web::Data::new(api))
        .service(everything.default_service(web::to(ui::serve)));
}

fn api_v1(config: &mut web::ServiceConfig) {
    let bound = web::scope("")
        .wrap(from_fn(bind_tenant::bind_tenant))
        .configure(session::bound_routes)
        .configure(employees::routes)
        .configure(departments::routes)
        .configure(tokens::routes);
    config.service(
        web::scope("/api/v1")
            .wrap(from_fn(guard::refuse_odd_headers))
            .configure(openapi::routes)
            .configure(company::routes)
            .configure(whoami::routes)
            .configure(session::open_routes)
            .service(bound),
    );
}
