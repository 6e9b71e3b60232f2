//! The onboarding form: the draft of a device whose user has not signed in, and the form of the signed-in user (row C5).

pub(crate) mod adopt;
pub(crate) mod draft;
mod form;
pub(crate) mod own;
pub(crate) mod sealed;

use actix_web::{FromRequest, HttpRequest, dev::Payload, middleware::from_fn, web};
use api_types::Code;
use domain::Version;
use futures_util::future::{Ready, ready};

use crate::{error::ApiError, extract::IfMatch, middleware::guard::refuse_other_sites};

/// The routes of the draft. They need no session, so they are outside the bound scope.
pub(crate) fn open_routes(config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/draft")
            .wrap(from_fn(refuse_other_sites))
            .route(web::get().to(draft::get))
            .route(web::head().to(draft::get))
            .route(web::put().to(draft::put))
            .route(web::delete().to(draft::delete)),
    );
}

/// The routes of the user's own form, inside the bound scope.
pub(crate) fn bound_routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/onboarding")
                .route(web::get().to(own::get))
                .route(web::head().to(own::get))
                .route(web::put().to(own::put)),
        )
        .service(web::resource("/onboarding/draft").route(web::delete().to(own::discard)));
}

/// The version in `If-Match`; `None` without the header, which only the first save may leave out.
pub(crate) struct VersionRead(Option<Version>);

impl FromRequest for VersionRead {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(match IfMatch::from_request(request, payload).into_inner() {
            Ok(IfMatch(version)) => Ok(Self(Some(version))),
            Err(error) if error.code() == Code::PreconditionRequired => Ok(Self(None)),
            Err(error) => Err(error),
        })
    }
}
