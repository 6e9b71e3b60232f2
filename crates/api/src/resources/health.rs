//! Health checks, which machines call on any host: liveness and readiness.

use actix_web::{HttpResponse, web};
use api_types::{Readiness, paths};

use crate::ReadinessProbe;

/// The routes on the public port. They need no tenant and no session, and their replies contain no secret.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource(paths::LIVE).route(web::get().to(live)).route(web::head().to(live)))
        .service(
            web::resource(paths::READY).route(web::get().to(ready)).route(web::head().to(ready)),
        );
}

/// Registers the same routes on a listener of its own, which answers even while every public worker is busy (row G10).
pub fn health_checks(config: &mut web::ServiceConfig, probe: ReadinessProbe) {
    config.app_data(web::Data::new(probe)).configure(routes);
}

/// Liveness: the process answers. No store is checked, so that a database outage does not restart the process.
#[utoipa::path(get, path = "/healthz/live", tag = "health", responses((status = 200, description = "The process is alive")))]
pub(crate) async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("alive\n")
}

/// Readiness: PostgreSQL and the session store answer, and the server is not about to stop. The cache may be down: replies are then slower but correct.
#[utoipa::path(
    get, path = "/healthz/ready", tag = "health",
    responses(
        (status = 200, description = "Can answer requests", body = Readiness),
        (status = 503, description = "PostgreSQL or the session store does not answer, or the server is about to stop", body = Readiness),
    )
)]
pub(crate) async fn ready(probe: web::Data<ReadinessProbe>) -> HttpResponse {
    let readiness = probe.ask().await;
    let mut response =
        if readiness.ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.json(readiness)
}
