//! Departments of a company, and the locations of its employees.

pub(crate) mod edit;
pub(crate) mod list;

use actix_web::web;

/// The routes, inside the bound scope.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/departments")
                .route(web::get().to(list::list))
                .route(web::head().to(list::list)),
        )
        .service(web::resource("/departments/{id}").route(web::patch().to(edit::edit)));
}
