//! Cognito's own protocol (row T6): `POST /` on the bare host, an operation named by `X-Amz-Target`, JSON in and out, errors with Cognito's names.
//!
//! The company is selected by a client id, a token or an access key, each of which belongs to one pool. No cookie is read here, so pages of any site may call
//! it: a page can do no more than any program with the same password, token or key.

mod admin;
mod application;
mod call;
mod challenge;
mod challenge_session;
mod client_secret;
mod create_user;
mod describe;
mod exception;
mod forgot_password;
mod initiate_auth;
mod list_users;
mod new_password;
mod operation;
mod own_account;
mod password;
mod random_code;
mod refresh;
mod srp;
mod tokens;
mod user;
mod user_state;

use actix_web::{
    HttpRequest, HttpResponse, guard,
    http::{
        Method,
        header::{self, HeaderName},
    },
    web,
};
use serde_json::Value;

use crate::{
    Api,
    error::{ApiError, no_such_path},
    extract::{Host, RequestId},
    middleware::guard::refuse_tenant_headers_and_compression,
};
use call::Call;
use exception::{Exception, Kind};

/// The result of an operation: the JSON body, or an exception.
type Reply = Result<Value, Exception>;

const JSON: &str = "application/x-amz-json-1.1";
const X_AMZN_REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const X_AMZN_ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
/// How long a browser may cache the answer to a preflight request, in seconds.
const PREFLIGHT_SECONDS: &str = "3600";

/// Registers `POST` and `OPTIONS` of `/`. The other methods of `/` are left to the user interface.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/")
            .guard(guard::Any(guard::Post()).or(guard::Options()))
            .route(web::post().to(post))
            .route(web::method(Method::OPTIONS).to(preflight)),
    );
}

async fn post(
    request: HttpRequest,
    body: web::Payload,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let host = Host::of(&request, &api.settings.public_url)?;
    let reply = match read(&request, host, &api, body).await {
        Ok(body) => {
            // Boxed: otherwise the future of every request has the size of the largest operation.
            Box::pin(operation::answer(&Call { api: &api, request: &request, body: &body })).await
        }
        Err(exception) => Err(exception),
    };
    Ok(respond(&request, reply))
}

/// Checks the headers and the host, and reads the body. Every refusal is an [`Exception`], because clients of this protocol read no other form. Only a host that
/// does not exist is refused before, as on every path.
async fn read(
    request: &HttpRequest,
    host: Host,
    api: &Api,
    body: web::Payload,
) -> Result<web::Bytes, Exception> {
    refuse_tenant_headers_and_compression(request.headers())?;
    if host != Host::Bare {
        let message = format!(
            "This is a company's host. Set the endpoint of the client to {}",
            api.settings.public_url
        );
        return Err(Exception::new(Kind::ResourceNotFound, message));
    }
    call::body(body).await
}

fn respond(request: &HttpRequest, reply: Reply) -> HttpResponse {
    let (mut response, body) = match reply {
        Ok(body) => (HttpResponse::Ok(), body),
        Err(exception) => {
            exception.log();
            let mut response = HttpResponse::build(exception.status());
            response.insert_header((X_AMZN_ERROR_TYPE, exception.name()));
            if let Some(seconds) = exception.retry_after() {
                response.insert_header((header::RETRY_AFTER, seconds));
            }
            (response, exception.body())
        }
    };
    response
        .insert_header((X_AMZN_REQUEST_ID, RequestId::of(request).as_str()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            "x-amzn-requestid, x-amzn-errortype, retry-after",
        ))
        .content_type(JSON)
        .body(body.to_string())
}

/// Answers a preflight request: pages of any site may call. `*` allows every header except `Authorization`, because no page should use an access key.
async fn preflight(request: HttpRequest, api: web::Data<Api>) -> Result<HttpResponse, ApiError> {
    refuse_tenant_headers_and_compression(request.headers())?;
    if Host::of(&request, &api.settings.public_url)? != Host::Bare {
        return no_such_path().await;
    }
    Ok(HttpResponse::NoContent()
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "POST"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "*"))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS))
        .finish())
}
