//! The settings of a company, which its HR admins change.

pub(crate) mod sessions;

use actix_web::web;

/// The routes, inside the bound scope.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/settings/sessions")
            .route(web::get().to(sessions::get))
            .route(web::head().to(sessions::get))
            .route(web::put().to(sessions::put)),
    );
}
