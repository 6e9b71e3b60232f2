//! Turns an event with the field `alert` into a count for its tenant and a row of provenance. The log line is the log's.

use std::{fmt, sync::OnceLock};

use chrono::Utc;
use domain::TenantId;
use share::{Holder, Place, Places};
use store::Alert;
use tokio::sync::mpsc::{Sender, channel};
use tracing::{
    Dispatch, Event, Level, Metadata, Subscriber,
    dispatcher::WeakDispatch,
    field::{Field, Visit},
    span::{Attributes, Id},
    subscriber::Interest,
};
use tracing_subscriber::{
    Layer,
    filter::LevelFilter,
    layer::{Context, Filter},
    registry::{LookupSpan, Registry},
};
use uuid::Uuid;

use super::provenance::{Provenance, lose};

/// The span of a request; its field `request_id` is the one that the client was told.
const REQUEST: &str = "api.request.answer";
/// How many alerts may wait for PostgreSQL, of all tenants together. They are a few hundred bytes each.
const QUEUE: usize = 1024;
/// How many rows of one alert are recorded; the first are enough to find the rest.
const MOST_ROWS: usize = 1000;

/// The layer. It never waits: what the queue cannot take is counted.
pub(super) struct Alerts {
    queue: Sender<Waiting>,
    /// The places in the queue, so that a flood of alerts of one tenant leaves room for those of the others.
    places: Places,
    /// Where all spans are to be found, also those between the event and the request that our own filter leaves out.
    spans: OnceLock<WeakDispatch>,
}

/// An alert that waits for its row, and its place in the queue until the row is written.
pub(super) struct Waiting {
    pub(super) alert: Alert,
    _place: Place,
}

/// The filter that lets through what an alert is made of: the event, and the span that knows the request.
///
/// Its answer is asked for at each event and never remembered (`sometimes`). What was remembered is not looked at afresh, and a library
/// that has asked `tracing::enabled!` for an event that it then did not tell leaves the answer for that one behind: the next alert of the
/// thread would be taken for it, and be lost.
pub(super) struct OfAnAlert;

impl<S> Filter<S> for OfAnAlert {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        is_of_an_alert(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if is_of_an_alert(metadata) { Interest::sometimes() } else { Interest::never() }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::INFO)
    }
}

/// See [`OfAnAlert`].
pub(super) fn is_of_an_alert(metadata: &Metadata<'_>) -> bool {
    if metadata.is_span() {
        metadata.name() == REQUEST
    } else {
        *metadata.level() == Level::ERROR && metadata.fields().field("alert").is_some()
    }
}

impl Alerts {
    pub(super) fn new() -> (Self, Provenance) {
        let (queue, waiting) = channel(QUEUE);
        (Self::into_queue(queue, QUEUE), Provenance::new(waiting))
    }

    fn into_queue(queue: Sender<Waiting>, places: usize) -> Self {
        let places = Places::without_waiting("alerts", places);
        Self { queue, places, spans: OnceLock::new() }
    }

    /// Whether there was room for it.
    fn enqueue(&self, alert: Alert) -> bool {
        let place = self.places.take(alert.tenant.map_or(Holder::Node, Holder::Tenant));
        place.is_ok_and(|place| self.queue.try_send(Waiting { alert, _place: place }).is_ok())
    }

    /// The request in which this happens. A unit of work on another thread has only its own span entered there, so we climb from that.
    fn request(&self, within: &Id) -> Option<Uuid> {
        let dispatch = self.spans.get()?.upgrade()?;
        let span = dispatch.downcast_ref::<Registry>()?.span(within)?;
        span.scope().find_map(|span| span.extensions().get().map(|Request(id)| *id))
    }
}

impl<S> Layer<S> for Alerts
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    fn on_register_dispatch(&self, dispatch: &Dispatch) {
        // Set once; a layer belongs to one dispatch.
        let _ = self.spans.set(dispatch.downgrade());
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut told = Told::default();
        attributes.record(&mut told);
        if let (Some(request), Some(span)) = (told.request, context.span(id)) {
            span.extensions_mut().insert(Request(request));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut told = Told::default();
        event.record(&mut told);
        let request = context.current_span().id().and_then(|within| self.request(within));
        let alert = told.alert(request);
        count(&alert);
        metrics::gauge!("watertight_alerts_waiting").increment(1);
        if !self.enqueue(alert) {
            metrics::gauge!("watertight_alerts_waiting").decrement(1);
            lose("queue_full");
        }
    }
}

/// Tenants are companies of the directory and kinds are words of the code, so there are not more series than that.
fn count(alert: &Alert) {
    let tenant = alert.tenant.map_or_else(|| "unknown".to_owned(), |tenant| tenant.to_string());
    let kind = alert.kind.clone();
    metrics::counter!("watertight_alerts_total", "tenant" => tenant, "kind" => kind).increment(1);
}

/// The id of a span's request.
struct Request(Uuid);

/// What the fields say. Ids are taken out of whatever text they stand in; no other text but kind and family is kept.
#[derive(Default)]
struct Told {
    request: Option<Uuid>,
    kind: Option<String>,
    tenant: Option<Uuid>,
    foreign: Option<Uuid>,
    family: Option<String>,
    rows: Vec<Uuid>,
}

impl Told {
    fn alert(self, request: Option<Uuid>) -> Alert {
        Alert {
            id: Uuid::now_v7(),
            at: Utc::now(),
            request,
            kind: self.kind.unwrap_or_else(|| "unnamed".to_owned()),
            tenant: self.tenant.map(TenantId::from_uuid),
            foreign: self.foreign,
            family: self.family,
            rows: self.rows,
        }
    }
}

impl Visit for Told {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "request_id" => self.request = Uuid::try_parse(value).ok(),
            "alert" => self.kind = word(value),
            "family" => self.family = word(value),
            "tenant" => self.tenant = ids(value).next(),
            "foreign" => self.foreign = ids(value).next(),
            "rows" => self.rows = ids(value).take(MOST_ROWS).collect(),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if ["tenant", "foreign", "rows", "family"].contains(&field.name()) {
            self.record_str(field, format!("{value:?}").trim_matches('"'));
        }
    }
}

/// A word of ours: lower case, at most 40 letters.
fn word(text: &str) -> Option<String> {
    let is_word = (1..=40).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    is_word.then(|| text.to_owned())
}

/// The UUIDs in a text.
fn ids(text: &str) -> impl Iterator<Item = Uuid> {
    text.split(|c: char| !(c.is_ascii_hexdigit() || c == '-'))
        .filter(|part| part.len() == 36)
        .filter_map(|part| Uuid::try_parse(part).ok())
}

#[cfg(test)]
#[path = "alert_tests.rs"]
mod tests;
