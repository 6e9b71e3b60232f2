//! Turns an event with the field `alert` into a metric of its tenant and a row in `platform.alert`. The log layer writes the log line.

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

use super::alert_writer::{AlertQueue, count_lost};

/// The span of a request. Its field `request_id` is the id that the client received.
const REQUEST: &str = "api.request.answer";
/// The most alerts that may wait for PostgreSQL, of all tenants together. Each takes a few hundred bytes.
const QUEUE: usize = 1024;
/// How many rows of one alert are recorded; the first are enough to find the rest.
const MAX_ROWS: usize = 1000;

/// The tracing layer for alerts. It never waits: an alert that does not fit into the queue is counted as lost.
pub(super) struct Alerts {
    queue: Sender<Waiting>,
    /// The places in the queue. Each tenant has a share, so that a flood of one tenant's alerts leaves room for those of the others.
    places: Places,
    /// Gives access to all spans, also to those between the event and its request, which this layer's filter leaves out.
    spans: OnceLock<WeakDispatch>,
}

/// An alert that waits to be written to PostgreSQL, with its place in the queue.
pub(super) struct Waiting {
    pub(super) alert: Alert,
    _place: Place,
}

/// A filter that lets through alert events, and the span that has the id of the request.
///
/// Its result is never cached (`Interest::sometimes`), so the filter runs for each event. A library may call `tracing::enabled!` and then
/// emit no event. The result of that call stays on the thread. With a cached interest (`always`) the filter would not run for the next
/// alert, so the old result would apply to it, and the alert would be lost.
pub(super) struct AlertFilter;

impl<S> Filter<S> for AlertFilter {
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

/// Whether [`AlertFilter`] lets this event or span through.
pub(super) fn is_of_an_alert(metadata: &Metadata<'_>) -> bool {
    if metadata.is_span() {
        metadata.name() == REQUEST
    } else {
        *metadata.level() == Level::ERROR && metadata.fields().field("alert").is_some()
    }
}

impl Alerts {
    pub(super) fn new() -> (Self, AlertQueue) {
        let (queue, waiting) = channel(QUEUE);
        (Self::into_queue(queue, QUEUE), AlertQueue::new(waiting))
    }

    fn into_queue(queue: Sender<Waiting>, places: usize) -> Self {
        let places = Places::without_waiting("alerts", places);
        Self { queue, places, spans: OnceLock::new() }
    }

    /// Queues an alert. Returns `false` if the queue is full or the tenant has used up its share.
    fn enqueue(&self, alert: Alert) -> bool {
        let place = self.places.take(alert.tenant.map_or(Holder::Node, Holder::Tenant));
        place.is_ok_and(|place| self.queue.try_send(Waiting { alert, _place: place }).is_ok())
    }

    /// The id of the request that a span belongs to. A unit of work on another thread has entered only its own span, so the search goes through the
    /// parents of that span.
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
        let mut fields = EventFields::default();
        attributes.record(&mut fields);
        if let (Some(request), Some(span)) = (fields.request, context.span(id)) {
            span.extensions_mut().insert(Request(request));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = EventFields::default();
        event.record(&mut fields);
        let request = context.current_span().id().and_then(|within| self.request(within));
        let alert = fields.alert(request);
        count(&alert);
        metrics::gauge!("watertight_alerts_waiting").increment(1);
        if !self.enqueue(alert) {
            metrics::gauge!("watertight_alerts_waiting").decrement(1);
            count_lost("queue_full");
        }
    }
}

/// The labels are ids of known tenants and constants of the code, so the number of series is bounded.
fn count(alert: &Alert) {
    let tenant = alert.tenant.map_or_else(|| "unknown".to_owned(), |tenant| tenant.to_string());
    let kind = alert.kind.clone();
    metrics::counter!("watertight_alerts_total", "tenant" => tenant, "kind" => kind).increment(1);
}

/// The id of a span's request.
struct Request(Uuid);

/// The fields of an event or span. Ids are extracted from the text around them; of any other text only kind and family are kept.
#[derive(Default)]
struct EventFields {
    request: Option<Uuid>,
    kind: Option<String>,
    tenant: Option<Uuid>,
    foreign: Option<Uuid>,
    family: Option<String>,
    rows: Vec<Uuid>,
}

impl EventFields {
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

impl Visit for EventFields {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "request_id" => self.request = Uuid::try_parse(value).ok(),
            "alert" => self.kind = word(value),
            "family" => self.family = word(value),
            "tenant" => self.tenant = ids(value).next(),
            "foreign" => self.foreign = ids(value).next(),
            "rows" => self.rows = ids(value).take(MAX_ROWS).collect(),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if ["tenant", "foreign", "rows", "family"].contains(&field.name()) {
            self.record_str(field, format!("{value:?}").trim_matches('"'));
        }
    }
}

/// Returns the text if it looks like a constant of the code: 1 to 40 lower-case letters and `_`.
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
