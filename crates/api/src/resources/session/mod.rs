//! The session of a browser: signing in, showing it, signing out; and all sessions of a user.

pub(crate) mod end;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod remembered;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
mod start;
pub(crate) mod step_up;

use actix_web::{guard, middleware::from_fn, web};

use crate::middleware::guard::refuse_other_sites;

/// The routes to sign in. They need no session, so they are outside the bound scope.
pub(crate) fn open_routes(config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/session")
            .guard(guard::Post())
            .wrap(from_fn(refuse_other_sites))
            .route(web::post().to(sign_in::sign_in)),
    );
    config.service(
        web::resource("/session/remembered")
            .wrap(from_fn(refuse_other_sites))
            .route(web::post().to(remembered::resume))
            .route(web::delete().to(remembered::forget)),
    );
}

/// The routes that need a session, inside the bound scope.
pub(crate) fn bound_routes(config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/session")
            .route(web::get().to(get::get))
            .route(web::head().to(get::get))
            .route(web::delete().to(sign_out::sign_out)),
    );
    config
        .service(web::resource("/session/step-up").route(web::post().to(step_up::step_up)))
        .service(
            web::resource("/sessions")
                .route(web::get().to(list::list))
                .route(web::head().to(list::list))
                .route(web::delete().to(sign_out::sign_out_everywhere)),
        )
        .service(web::resource("/sessions/others").route(web::delete().to(end::end_others)))
        .service(web::resource("/sessions/{id}").route(web::delete().to(end::end)));
}
