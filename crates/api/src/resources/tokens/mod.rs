//! The routes of the page that shows tokens: they issue a set to the signed-in user, inspect a token and list mails. Only while the demonstration is on.
//!
//! With sessions no token is needed in the browser, and a product puts none there (ASVS 10.1.1). This page is the stated exception: it keeps tokens only in
//! memory, and outside a demonstration these routes do not exist.

pub(crate) mod inspect;
pub(crate) mod issue;
pub(crate) mod outbox;

use actix_web::web;
use api_types::Code;

use crate::{Api, error::ApiError};

/// The routes, inside the bound scope.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/tokens").route(web::post().to(issue::issue)))
        .service(web::resource("/tokens/inspect").route(web::post().to(inspect::inspect)))
        .service(
            web::resource("/outbox")
                .route(web::get().to(outbox::outbox))
                .route(web::head().to(outbox::outbox)),
        );
}

/// Refuses a request with 404 unless this node is a demonstration.
pub(super) fn only_in_a_demonstration(api: &Api) -> Result<(), ApiError> {
    if api.settings.is_demonstration() { Ok(()) } else { Err(ApiError::new(Code::NotFound)) }
}
