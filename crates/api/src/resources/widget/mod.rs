//! The widget "Who is out today", which another site shows in a frame: its page, its cookie and its list (row C6).

pub(crate) mod out_today;
mod page;
pub(crate) mod session;

use actix_web::{middleware::from_fn, web};

use crate::middleware::{bind_tenant::by_widget::bind_widget, guard::refuse_other_sites};

pub(crate) use page::address_of;

/// The routes under `/api/v1`. They are outside the bound scope: a session and a token open none of them.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/widget/session")
                .wrap(from_fn(refuse_other_sites))
                .route(web::post().to(session::open)),
        )
        .service(
            web::resource("/widget/out-today")
                // Around each route, so that any other method is answered with 405 as everywhere.
                .route(web::get().to(out_today::list).wrap(from_fn(bind_widget)))
                .route(web::head().to(out_today::list).wrap(from_fn(bind_widget))),
        );
}

/// The route of the page.
pub(crate) fn page_routes(config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/widget/{id}")
            .route(web::get().to(page::show))
            .route(web::head().to(page::show)),
    );
}
