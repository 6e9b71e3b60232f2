//! OAuth 2.1 and OpenID Connect (rows T7, T9). Each company's pool is an issuer, `{public address}/{pool id}`, and all its endpoints are under that path.
//!
//! `authorize` and `logout` use the browser's session, so they exist on the company's own host only. The other endpoints use no cookie and no session, so
//! pages of any site may call them, on the bare host and on the company's own host.

pub(crate) mod authorize;
mod client;
mod cors;
pub(crate) mod discovery;
mod html;
mod issuer;
pub(crate) mod logout;
mod parameters;
mod refusal;
pub(crate) mod revoke;
pub(crate) mod token;
pub(crate) mod user_info;

use actix_web::{
    guard::{self, GuardContext},
    middleware::from_fn,
    web,
};
use api_types::paths;
use domain::PoolId;

use authorize::authorize;
use discovery::{authorization_server, discovery, discovery_before_path, jwks};
use logout::{confirmed, logout, logout_by_post};
use revoke::revoke;
use token::token;
use user_info::{user_info, user_info_by_post};

/// Registers every endpoint under the path of a pool. Paths that do not begin with a pool id are left to the user interface.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    let open = web::scope("")
        .wrap(from_fn(cors::allow_all_origins))
        .service(read(paths::DISCOVERY, discovery))
        .service(read(paths::JWKS, jwks))
        .service(read(paths::USER_INFO, user_info).route(web::post().to(user_info_by_post)))
        .service(web::resource(paths::TOKEN).route(web::post().to(token)))
        .service(web::resource(paths::REVOKE).route(web::post().to(revoke)));
    config.service(
        web::scope("")
            .guard(guard::fn_guard(names_a_pool))
            .wrap(from_fn(crate::middleware::guard::refuse_unexpected_headers))
            .app_data(web::PayloadConfig::new(crate::extract::parameters::LARGEST))
            .service(read(paths::AUTHORIZE, authorize))
            .service(read(paths::LOGOUT, logout).route(web::post().to(logout_by_post)))
            .service(web::resource(paths::LOGOUT_CONFIRMED).route(web::post().to(confirmed)))
            .service(open),
    );
    config.service(open_to_all(read(paths::AUTHORIZATION_SERVER, authorization_server)));
    config.service(open_to_all(read(paths::DISCOVERY_BEFORE_PATH, discovery_before_path)));
}

fn read<F, Args>(path: &str, handler: F) -> actix_web::Resource
where
    F: actix_web::Handler<Args> + Clone,
    Args: actix_web::FromRequest + 'static,
    F::Output: actix_web::Responder + 'static,
{
    web::resource(path).route(web::get().to(handler.clone())).route(web::head().to(handler))
}

/// Wraps an endpoint that uses no cookie and is outside a pool's path, so that pages of any site may call it.
fn open_to_all(resource: actix_web::Resource) -> impl actix_web::dev::HttpServiceFactory + 'static {
    resource
        .wrap(from_fn(cors::allow_all_origins))
        .wrap(from_fn(crate::middleware::guard::refuse_unexpected_headers))
}

/// Whether the first part of the path has the form of a pool id.
fn names_a_pool(context: &GuardContext<'_>) -> bool {
    let first = context.head().uri.path().split('/').nth(1);
    first.is_some_and(|first| first.parse::<PoolId>().is_ok())
}
