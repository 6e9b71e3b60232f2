//! Serves `/docs`, the page to try out the API.

use actix_web::{
    Error, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderValue},
    middleware::{Next, from_fn},
    web,
};
use api_types::paths;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// The policy of the page. Swagger UI has its images as `data:` URLs; its scripts set styles through the DOM, which needs no exception.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The routes: `/docs` and what the page loads.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    let page = SwaggerUi::new("/{_:.*}")
        .config(Config::from(paths::OPENAPI).try_it_out_enabled(true).use_base_layout());
    config
        .service(
            web::resource("/docs")
                .route(web::get().to(with_slash))
                .route(web::head().to(with_slash)),
        )
        .service(web::scope("/docs").wrap(from_fn(with_policy)).service(page));
}

async fn with_slash() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}

async fn with_policy(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut response = next.call(request).await?;
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(response)
}
