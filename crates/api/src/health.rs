//! Is the process alive, and can it answer? Asked by machines, on any host.

use actix_web::{HttpResponse, web};
use api_types::{CacheSwitch, CacheSwitchState, Check, Readiness};
use cache::Position;
use chrono::{DateTime, Utc};
use futures_util::future::join3;

use crate::Api;

/// The routes; no tenant, no session, no secret in the answer.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/healthz/live").route(web::get().to(live)).route(web::head().to(live)),
        )
        .service(
            web::resource("/healthz/ready")
                .route(web::get().to(ready))
                .route(web::head().to(ready)),
        );
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
pub(crate) async fn ready(api: web::Data<Api>) -> HttpResponse {
    let (postgresql, sessions, bodies) =
        join3(api.store.ping(), api.sessions.ping(), api.cache.bodies_answer()).await;
    let check = |name: &str, ok: bool| Check { name: name.to_owned(), ok };
    let ready = postgresql.is_ok() && sessions.is_ok();
    let checks = vec![
        check("postgresql", postgresql.is_ok()),
        check("redis_session", sessions.is_ok()),
        check("redis_cache", bodies),
    ];
    let mut response = if ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.json(Readiness { ready, checks, cache: switch(&api) })
}

/// The reason is the operators' own and not told to whoever asks.
fn switch(api: &Api) -> CacheSwitch {
    let known = api.cache.switch();
    let state = match known.as_ref().map(|known| known.position) {
        Some(Position::Off) => CacheSwitchState::Off,
        Some(Position::On) | None => CacheSwitchState::On,
    };
    CacheSwitch { state, since: known.map(|known| DateTime::<Utc>::from(known.since())) }
}
