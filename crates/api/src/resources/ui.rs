//! Serves the built pages from memory.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{Method, StatusCode, header},
};
use api_types::{Code, routes};

use crate::{
    Api,
    app::File,
    error::{ApiError, no_such_path},
    respond,
};

/// Browsers keep these files for a year without asking again: their names contain the hash of their content.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Serves all paths outside the API: a file of the pages, or the page itself, which chooses its view by the path.
pub(crate) async fn serve(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let Some(ui) = Api::of(&request)?.ui.as_ref().filter(|_| reads) else {
        return no_such_path().await;
    };
    if let Some(file) = ui.file(request.path()) {
        let mut response = HttpResponse::Ok();
        response.insert_header((header::CACHE_CONTROL, IMMUTABLE));
        return Ok(with_file(&request, response, file));
    }
    if !wants_a_page(&request) {
        return Err(ApiError::new(Code::NotFound));
    }
    // `no-store` also keeps the page out of the back-forward cache, which could show a user's data after they signed out.
    // A path without a view gets the same document with 404, and the page says so.
    let view = routes::find(request.path()).map(|(view, _)| view);
    let document = ui.document(view);
    let status = if view.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let mut response = HttpResponse::build(status);
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, document.policy.as_str()));
    Ok(with_file(&request, response, &document.file))
}

/// Whether the request wants a page: a browser that opens an address accepts HTML; a script that requests a missing file does not.
fn wants_a_page(request: &HttpRequest) -> bool {
    let path = request.path();
    let accepted = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("*/*");
    let html = accepted.contains("text/html") || accepted.contains("*/*");
    html && !path.starts_with("/api/")
        && !path.rsplit('/').next().is_some_and(|name| name.contains('.'))
}

/// Sends a file in the smallest encoding that the client accepts.
fn with_file(
    request: &HttpRequest,
    mut response: HttpResponseBuilder,
    file: &File,
) -> HttpResponse {
    let (encoding, bytes) = respond::choose(request, |encoding| Some(file.bytes(encoding)));
    if let Some(name) = respond::coding(encoding) {
        response.insert_header((header::CONTENT_ENCODING, name));
    }
    response
        .content_type(file.media_type())
        .insert_header((header::VARY, "Accept-Encoding"))
        .body(bytes)
}
