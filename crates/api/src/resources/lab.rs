//! Routes of the lab build: they switch locks off, and keep a worker busy.

use std::{
    io,
    net::{SocketAddr, TcpStream},
};

use actix_web::{HttpRequest, HttpResponse, web};
use lab::Lock;
use serde::{Deserialize, Serialize};

use crate::{Api, error::ApiError, extract::Body, middleware::cross_site};

/// The locks to switch off: `{"off":["key","stamp"]}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    off: Vec<String>,
}

/// Where the caller listens: `{"until_closed":"127.0.0.1:4321"}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Busy {
    until_closed: SocketAddr,
}

/// The locks that are off, and all locks.
#[derive(Serialize)]
struct Switches {
    off: Vec<String>,
    locks: Vec<String>,
}

/// The routes, on every host and without authentication: a client of a process of the lab build may do anything with it.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/lab/faults").route(web::get().to(read)).route(web::put().to(change)),
        )
        .service(web::resource("/lab/busy").route(web::post().to(keep_busy)));
}

/// Connects to a listener of the caller and blocks this worker until the caller closes that connection.
async fn keep_busy(
    request: HttpRequest,
    busy: web::Json<Busy>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    cross_site::refuse(request.method(), request.headers(), api.settings.public_url.scheme())?;
    let released = TcpStream::connect(busy.until_closed)
        .and_then(|mut caller| io::copy(&mut caller, &mut io::sink()));
    released.map_err(ApiError::broken)?;
    Ok(HttpResponse::NoContent().finish())
}

async fn read(api: web::Data<Api>) -> HttpResponse {
    answer(&api)
}

/// Switches exactly these locks off and all others on, for every worker.
async fn change(
    request: HttpRequest,
    wanted: Body<Wanted>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    cross_site::refuse(request.method(), request.headers(), api.settings.public_url.scheme())?;
    let locks: Result<Vec<Lock>, _> = wanted.off.iter().map(|word| word.parse()).collect();
    api.faults.set(&locks.map_err(|unknown| ApiError::invalid("off", unknown))?);
    // Bodies that were cached under other locks would hide the effect of these.
    api.cache.forget_everything();
    tracing::warn!(off = %wanted.off.join(","), "lab.faults.set");
    Ok(answer(&api))
}

fn answer(api: &Api) -> HttpResponse {
    let words = |locks: &[Lock]| locks.iter().map(Lock::to_string).collect();
    HttpResponse::Ok().json(Switches { off: words(&api.faults.off()), locks: words(&Lock::ALL) })
}
