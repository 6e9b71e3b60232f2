//! Health checks: does the process answer, and can it serve? Asked by machines, on any host.

use actix_web::{HttpResponse, web};
use api_types::{Readiness, paths};

use crate::readiness::ReadinessProbe;

/// The routes on the public port; no tenant, no session, no secret in the answer.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource(paths::LIVE).route(web::get().to(live)).route(web::head().to(live)))
        .service(
            web::resource(paths::READY).route(web::get().to(ready)).route(web::head().to(ready)),
        );
}

/// The same routes for a listener of its own, which answers also while every public worker is busy (row G10).
pub fn health_checks(config: &mut web::ServiceConfig, probe: ReadinessProbe) {
    config.app_data(web::Data::new(probe)).configure(routes);
}

/// The process answers. It asks nothing else, so that a database that is down does not get the process restarted.
#[utoipa::path(get, path = "/healthz/live", tag = "health", responses((status = 200, description = "Alive")))]
pub(crate) async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("alive\n")
}

/// PostgreSQL and the session store answer. The cache may be down: then everything is slower and still right.
#[utoipa::path(
    get, path = "/healthz/ready", tag = "health",
    responses(
        (status = 200, description = "Can answer requests", body = Readiness),
        (status = 503, description = "Something it needs does not answer", body = Readiness),
    )
)]
pub(crate) async fn ready(probe: web::Data<ReadinessProbe>) -> HttpResponse {
    let readiness = probe.ask().await;
    let mut response =
        if readiness.ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.json(readiness)
}
