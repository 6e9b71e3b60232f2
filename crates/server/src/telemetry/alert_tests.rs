//! An event with the field `alert` is recorded, whatever the log filter is.

use tokio::sync::mpsc::Receiver;
use tracing::Span;
use tracing_subscriber::{EnvFilter, filter::FilterExt, fmt, layer::SubscriberExt};

use super::*;

const REQUEST_ID: Uuid = Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0001);

/// Runs `happen` under the layers of the product with this log filter, and returns the alerts that were queued.
fn alerts_of(log: &str, queue: usize, happen: impl FnOnce()) -> Receiver<Waiting> {
    let (sender, waiting) = channel(queue);
    let lines = fmt::layer().with_writer(std::io::sink);
    let subscriber = tracing_subscriber::registry()
        .with(lines.with_filter(EnvFilter::new(log).or(AlertFilter)))
        .with(Alerts::into_queue(sender, queue).with_filter(AlertFilter));
    tracing::subscriber::with_default(subscriber, happen);
    waiting
}

fn break_a_lock() {
    break_a_lock_of(1);
}

fn break_a_lock_of(tenant: u128) {
    let (tenant, foreign) = (Uuid::from_u128(tenant), Uuid::from_u128(2));
    let rows = [Uuid::from_u128(3), Uuid::from_u128(4)];
    let request_id = REQUEST_ID.simple().to_string();
    let request = tracing::info_span!("api.request.answer", request_id = request_id.as_str());
    let inner = request.in_scope(|| tracing::debug_span!("store.employee.list"));
    let current = request.in_scope(|| inner.in_scope(Span::current));
    // As in a task of its own: the request's span is not entered there.
    current.in_scope(|| {
        tracing::error!(alert = "row_tenant", %tenant, %foreign, family = "employee_list", ?rows, "store.row.foreign_tenant");
    });
}

/// R2: an alert does not depend on the log filter.
#[test]
fn an_alert_does_not_depend_on_the_log_filter() {
    for log in ["off", "error", "info", "debug", "info,store=off"] {
        let waiting = alerts_of(log, 1, break_a_lock).try_recv();
        let alert = waiting.unwrap_or_else(|_| panic!("{log}")).alert;
        assert_eq!(alert.request, Some(REQUEST_ID), "{log}");
        assert_eq!(alert.kind, "row_tenant");
        assert_eq!(alert.tenant, Some(TenantId::from_uuid(Uuid::from_u128(1))));
        assert_eq!(alert.foreign, Some(Uuid::from_u128(2)));
        assert_eq!(alert.family.as_deref(), Some("employee_list"));
        assert_eq!(alert.rows, [Uuid::from_u128(3), Uuid::from_u128(4)]);
    }
}

/// R2: if a library calls `tracing::enabled!` and then emits no event, the next alert is not lost.
#[test]
#[expect(clippy::disallowed_macros, reason = "the test shows why it is banned")]
fn an_alert_is_raised_after_an_enabled_check_without_an_event() {
    let mut waiting = alerts_of("off", 4, || {
        for _ in 0..2 {
            let _answer = tracing::enabled!(tracing::Level::INFO);
            break_a_lock();
        }
    });
    for _ in 0..2 {
        assert_eq!(waiting.try_recv().unwrap().alert.request, Some(REQUEST_ID));
    }
}

#[test]
fn an_error_that_is_not_an_alert_is_not_recorded() {
    let mut waiting = alerts_of("debug", 1, || {
        tracing::error!(tenant = "x", "api.request.failed");
        tracing::warn!(alert = "row_tenant", "too quiet for an alert");
    });
    assert!(waiting.try_recv().is_err());
}

#[test]
fn a_full_queue_does_not_block_the_caller() {
    let mut waiting = alerts_of("off", 1, || (0..3).for_each(|_| break_a_lock()));
    assert!(waiting.try_recv().is_ok());
    assert!(waiting.try_recv().is_err());
}

/// G3: a flood of alerts of one tenant takes half of the queue, and the alert of another has a row.
#[test]
fn a_flood_of_alerts_of_one_tenant_loses_none_of_another() {
    let mut waiting = alerts_of("off", 8, || {
        (0..20).for_each(|_| break_a_lock_of(1));
        break_a_lock_of(3);
    });
    let queued = std::iter::from_fn(|| waiting.try_recv().ok());
    let tenants: Vec<_> = queued.filter_map(|waiting| waiting.alert.tenant).collect();
    let [acme, other] = [1, 3].map(|id| TenantId::from_uuid(Uuid::from_u128(id)));
    assert_eq!(tenants, [acme, acme, acme, acme, other]);
}

#[test]
fn only_ids_and_our_own_words_are_recorded() {
    let mut waiting = alerts_of("off", 1, || {
        tracing::error!(
            alert = "row_tenant",
            family = "Ada Lovelace",
            rows = "ada@acme.example",
            "x"
        );
    });
    let alert = waiting.try_recv().unwrap().alert;
    assert_eq!((alert.family, alert.rows.len(), alert.tenant), (None, 0, None));
}
