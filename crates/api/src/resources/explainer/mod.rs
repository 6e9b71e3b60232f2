//! The routes of the page that explains cookies, sessions and tokens. Only while the demonstration is on.
//!
//! No reply contains a value of a cookie, a session id or a complete digest.

pub(crate) mod arrival;
mod document;
pub(crate) mod explain;
pub(crate) mod lookups;
pub(crate) mod other_site;
pub(crate) mod second_session;

use actix_web::web;

/// The routes that show what a request without a session contains, outside the bound scope.
pub(crate) fn open_routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/explainer/arrival")
                .route(web::get().to(arrival::by_link))
                .route(web::head().to(arrival::by_link))
                .route(web::post().to(arrival::by_form)),
        )
        .service(
            web::resource("/explainer/other-site")
                .route(web::get().to(other_site::other_site))
                .route(web::head().to(other_site::other_site)),
        );
}

/// The routes that need a session or a token, inside the bound scope.
pub(crate) fn bound_routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/explainer")
                .route(web::get().to(explain::explain))
                .route(web::head().to(explain::explain)),
        )
        .service(
            web::resource("/explainer/lookups")
                .route(web::get().to(lookups::lookups))
                .route(web::head().to(lookups::lookups)),
        )
        .service(
            web::resource("/explainer/second-session")
                .route(web::get().to(second_session::show))
                .route(web::head().to(second_session::show))
                .route(web::post().to(second_session::start))
                .route(web::delete().to(second_session::end)),
        );
}
