//! All metrics, and the recorder that counts them.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use store::Store;

use self::Kind::{Counter, Gauge, Histogram};

/// Upper bounds of the durations, in seconds: from a request answered from L1 to one that has waited for every resource.
const SECONDS: [f64; 14] = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
];

/// The type of a metric.
enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// Every metric with its help text; `docs/operating.md` says what to do with it.
const METRICS: [(&str, Kind, &str); 25] = [
    (
        "watertight_requests_total",
        Counter,
        "Requests answered, by method, route template and status.",
    ),
    (
        "watertight_request_seconds",
        Histogram,
        "Seconds from the request's head to its answer, by method and route template.",
    ),
    ("watertight_requests_in_flight", Gauge, "Requests being answered."),
    (
        "watertight_requests_aborted_total",
        Counter,
        "Requests whose client went away before the answer.",
    ),
    (
        "watertight_cache_reads_total",
        Counter,
        "Reads of cached bodies, by tenant and by the source of the body.",
    ),
    (
        "watertight_cache_switch",
        Gauge,
        "1 while this node uses the cache, 0 while it is switched off.",
    ),
    (
        "watertight_alerts_total",
        Counter,
        "Failures of a lock that another lock detected, by tenant and kind. Any increase is an incident.",
    ),
    ("watertight_alerts_waiting", Gauge, "Alerts whose provenance row is not written yet."),
    (
        "watertight_alerts_lost_total",
        Counter,
        "Alerts whose provenance row will never be written, by reason.",
    ),
    (
        "watertight_refresh_token_reuse_total",
        Counter,
        "Refresh token families revoked because a replaced token was used again, by tenant.",
    ),
    (
        "watertight_remembered_device_reuse_total",
        Counter,
        "Remembered devices that were forgotten because a replaced cookie was used again, by tenant.",
    ),
    ("watertight_database_connections", Gauge, "Connections to PostgreSQL, by role and state."),
    (
        "watertight_database_connections_limit",
        Gauge,
        "The most connections to PostgreSQL, by role.",
    ),
    ("watertight_hashing_queue", Gauge, "Passwords waiting for a hashing thread."),
    (
        "watertight_hashing_threads",
        Gauge,
        "Hashing threads: how many are busy, and how many there are.",
    ),
    ("watertight_hashes_total", Counter, "Hashes computed of right, wrong and new passwords."),
    (
        "watertight_refused_total",
        Counter,
        "Units of work refused because a shared resource was full or the tenant's share was used up, by resource and tenant.",
    ),
    (
        "watertight_throttled_total",
        Counter,
        "Attempts with a secret that were refused by a rate limit, by rule.",
    ),
    (
        "watertight_redis_errors_total",
        Counter,
        "Commands that Redis did not answer or refused, by role.",
    ),
    (
        "watertight_readiness_probes_total",
        Counter,
        "How often PostgreSQL and Redis were probed for `/healthz/ready`: at most once a second.",
    ),
    ("watertight_metrics_scrapes_total", Counter, "How often these metrics were requested."),
    ("watertight_start_time_seconds", Gauge, "When this process started, in seconds since 1970."),
    ("watertight_build_info", Gauge, "1; the labels say which build this is."),
    ("watertight_workers", Gauge, "Worker threads that answer requests."),
    ("watertight_traces_exported", Gauge, "1 while spans are exported, 0 while they are not."),
];

/// The handle to the metrics recorder of this process.
#[derive(Clone)]
pub(crate) struct Metrics(PrometheusHandle);

impl Metrics {
    /// Installs the recorder. Call it first: values recorded earlier are lost.
    pub(super) fn start() -> anyhow::Result<Self> {
        let durations = Matcher::Full("watertight_request_seconds".to_owned());
        let recorder = PrometheusBuilder::new().set_buckets_for_metric(durations, &SECONDS)?;
        let handle = recorder.install_recorder().context("the metrics recorder does not start")?;
        for (name, kind, help) in METRICS {
            match kind {
                Counter => metrics::describe_counter!(name, help),
                Gauge => metrics::describe_gauge!(name, help),
                Histogram => metrics::describe_histogram!(name, help),
            }
        }
        let started = SystemTime::now().duration_since(UNIX_EPOCH)?;
        metrics::gauge!("watertight_start_time_seconds").set(started.as_secs_f64());
        metrics::gauge!("watertight_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1);
        Ok(Self(handle))
    }

    /// Everything counted so far, in the text format of Prometheus.
    pub(super) fn text(&self, store: &Store) -> String {
        metrics::counter!("watertight_metrics_scrapes_total").increment(1);
        for pool in store.connections() {
            let (role, name) = (pool.role, "watertight_database_connections");
            metrics::gauge!(name, "role" => role, "state" => "idle").set(pool.idle);
            metrics::gauge!(name, "role" => role, "state" => "busy").set(pool.busy);
            metrics::gauge!("watertight_database_connections_limit", "role" => role).set(pool.most);
        }
        self.0.render()
    }

    /// Merges the samples of the last seconds into the histograms, so that they do not pile up if metrics are never requested.
    pub(super) fn fold(&self) {
        self.0.run_upkeep();
    }
}
