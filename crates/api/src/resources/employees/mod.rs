//! Employees: the directory, and adding, changing and terminating employees.

pub(crate) mod create;
mod cursor;
pub(crate) mod edit;
pub(crate) mod employee_fields;
mod employee_query;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod sessions;
pub(crate) mod terminate;

use actix_web::web;

/// The routes, inside the bound scope.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/employees")
                .route(web::get().to(list::list))
                .route(web::head().to(list::list))
                .route(web::post().to(create::create)),
        )
        .service(
            web::resource("/employees/{id}")
                .route(web::get().to(get::get))
                .route(web::head().to(get::get))
                .route(web::patch().to(edit::edit)),
        )
        .service(
            web::resource("/employees/{id}/sessions")
                .route(web::get().to(sessions::list))
                .route(web::head().to(sessions::list))
                .route(web::delete().to(sessions::end)),
        )
        .service(
            web::resource("/employees/{id}/terminate").route(web::post().to(terminate::terminate)),
        );
}
