//! The settings of a company, which its HR admins change.

pub(crate) mod sessions;
pub(crate) mod widgets;

use actix_web::web;

/// The routes, inside the bound scope.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/settings/sessions")
                .route(web::get().to(sessions::get))
                .route(web::head().to(sessions::get))
                .route(web::put().to(sessions::put)),
        )
        .service(
            web::resource("/settings/widgets")
                .route(web::get().to(widgets::list))
                .route(web::head().to(widgets::list))
                .route(web::post().to(widgets::create)),
        )
        .service(web::resource("/settings/widgets/{id}").route(web::delete().to(widgets::remove)));
}
