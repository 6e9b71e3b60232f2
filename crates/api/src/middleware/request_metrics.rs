//! Counts and times every request, and logs it in one line.

use std::{
    cell::RefCell,
    collections::HashMap,
    time::{Duration, Instant},
};

use actix_web::{HttpMessage, HttpRequest, body::BoxBody, dev::ServiceResponse, http::Method};
use metrics::{Counter, Gauge, Histogram};
use tracing::{Span, field::display, level_filters::LevelFilter};

use crate::extract::Tenant;

/// The label of requests without a route of their own: pages, their files, and paths that do not exist. Paths that clients invent count here, so the number of
/// labels is bounded by the code.
const NO_ROUTE: &str = "other";

thread_local! {
    /// The series of this worker, by route. A lookup borrows the route; only the first request of a kind allocates its name.
    static SERIES: RefCell<HashMap<String, Vec<Series>>> = RefCell::default();
    static IN_FLIGHT: Gauge = metrics::gauge!("watertight_requests_in_flight");
}

/// The metrics of one route, method and status.
struct Series {
    method: &'static str,
    status: u16,
    requests: Counter,
    seconds: Histogram,
}

/// A request in progress. If it is dropped before [`Self::answered`], the client has disconnected.
pub(crate) struct RequestInProgress {
    started_at: Instant,
    answered: bool,
}

impl RequestInProgress {
    /// Starts the clock and counts the request as in flight.
    pub(crate) fn start() -> Self {
        IN_FLIGHT.with(|gauge| gauge.increment(1));
        Self { started_at: Instant::now(), answered: false }
    }

    /// Stops the clock, and counts and logs the reply; `span` is the request's span.
    pub(crate) fn answered(mut self, response: &ServiceResponse<BoxBody>, span: &Span) {
        self.answered = true;
        let (request, status) = (response.request(), response.status().as_u16());
        let (method, took) = (method(request.method()), self.started_at.elapsed());
        let route = request.match_pattern();
        let route = route.as_deref().unwrap_or(NO_ROUTE);
        count(route, method, status, took);
        let tenant = || {
            let bound = request.extensions();
            bound.get::<Tenant>().map(|bound| display(bound.context.tenant()))
        };
        tracing::info!(
            target: "access",
            parent: span,
            method,
            route,
            status,
            microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            tenant = tenant(),
            "api.request.answered"
        );
        if LevelFilter::current() >= LevelFilter::DEBUG {
            annotate(span, request, route, status);
        }
    }
}

impl Drop for RequestInProgress {
    fn drop(&mut self) {
        IN_FLIGHT.with(|gauge| gauge.decrement(1));
        if !self.answered {
            metrics::counter!("watertight_requests_aborted_total").increment(1);
        }
    }
}

/// Adds the attributes of OpenTelemetry's HTTP conventions to the span. Path and query are left out, because a search is personal data.
fn annotate(span: &Span, request: &HttpRequest, route: &str, status: u16) {
    span.record("http.request.method", method(request.method()));
    span.record("http.route", route);
    span.record("http.response.status_code", status);
}

fn count(route: &str, method: &'static str, status: u16, took: Duration) {
    SERIES.with_borrow_mut(|routes| {
        if !routes.contains_key(route) {
            routes.insert(route.to_owned(), Vec::new());
        }
        let Some(all) = routes.get_mut(route) else { return };
        let known = all.iter().position(|one| one.method == method && one.status == status);
        let at = known.unwrap_or_else(|| {
            all.push(Series::new(route, method, status));
            all.len() - 1
        });
        all[at].requests.increment(1);
        all[at].seconds.record(took);
    });
}

impl Series {
    fn new(route: &str, method: &'static str, status: u16) -> Self {
        let route = route.to_owned();
        Self {
            method,
            status,
            requests: metrics::counter!("watertight_requests_total", "method" => method, "route" => route.clone(), "status" => status.to_string()),
            seconds: metrics::histogram!("watertight_request_seconds", "method" => method, "route" => route),
        }
    }
}

/// The method as a label; `other` for methods that a client invents.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => NO_ROUTE,
    }
}
