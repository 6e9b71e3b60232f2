//! Gives every request an id, and every error reply a problem document with that id.

use std::pin::pin;

use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderName},
    middleware::Next,
    web,
};
use api_types::Code;
use tracing::{Instrument, field::Empty, level_filters::LevelFilter};

use crate::{
    Api,
    error::{ApiError, code_of_status},
    extract::RequestId,
    middleware::{body_timeout, request_metrics::RequestInProgress, request_target},
};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Headers of a reply that stay if a problem document replaces its body: the allowed methods, and which origins may read it.
const PRESERVED: [HeaderName; 3] =
    [header::ALLOW, header::ACCESS_CONTROL_ALLOW_ORIGIN, header::ACCESS_CONTROL_EXPOSE_HEADERS];

/// Wraps every request: gives it an id and a span, measures it, and completes error replies.
pub(crate) async fn with_request_id(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let id = RequestId::fresh();
    request.extensions_mut().insert(id);
    let in_progress = RequestInProgress::start();
    let span = tracing::info_span!(
        "api.request.answer",
        request_id = id.as_str(),
        // A trace needs the kind from the beginning, and nothing else reads it.
        otel.kind = (LevelFilter::current() >= LevelFilter::DEBUG).then_some("server"),
        http.request.method = Empty,
        http.route = Empty,
        http.response.status_code = Empty,
    );
    // The span is entered as rarely as possible: each time costs a hundredth of the time of a reply.
    let mut answer = pin!(answer(request, next).instrument(span));
    let mut response = answer.as_mut().await?;
    let span = answer.span();
    if response.status().is_client_error() || response.status().is_server_error() {
        response = span.in_scope(|| with_problem(response, &id));
    }
    if let Ok(value) = id.to_header() {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    in_progress.answered(&response, span);
    Ok(response)
}

/// Passes the request on, unless its target alone is a reason to refuse it. Its body must arrive within the timeout.
async fn answer(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if let Err(refusal) = request_target::check(&request) {
        return Ok(request.error_response(refusal));
    }
    let timeout = request.app_data::<web::Data<Api>>().map(|api| api.settings.body_timeout);
    let cut_off = timeout.and_then(|timeout| body_timeout::begin(&mut request, timeout));
    let response = next.call(request).await?.map_into_boxed_body();
    if cut_off.is_some_and(|cut_off| cut_off.happened()) {
        return Ok(response.error_response(ApiError::new(Code::RequestTimeout)));
    }
    Ok(response)
}

/// Replaces the body of an error that actix made itself, or that has no request id yet.
fn with_problem(response: ServiceResponse<BoxBody>, id: &RequestId) -> ServiceResponse<BoxBody> {
    let status = response.status();
    // A reply with a body but without an error is intentional: a failed readiness check, or the page for a path that does not exist.
    let is_intended = response.headers().contains_key(header::CONTENT_TYPE);
    let problem = match response.response().error() {
        Some(error) => problem_of(error, id),
        None if is_intended => return response,
        None => ApiError::new(code_of_status(status)).respond(id.as_str()),
    };
    let preserved = PRESERVED.map(|name| (response.headers().get(&name).cloned(), name));
    let mut response = response.into_response(problem);
    for (value, name) in preserved {
        if let Some(value) = value {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn problem_of(error: &Error, id: &RequestId) -> HttpResponse {
    if let Some(error) = error.as_error::<ApiError>() {
        error.log();
        return error.respond(id.as_str());
    }
    let status = error.as_response_error().status_code();
    let problem = ApiError::new(code_of_status(status));
    if status.is_server_error() {
        tracing::error!(%error, "api.request.failed");
    }
    problem.respond(id.as_str())
}
