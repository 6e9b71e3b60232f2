//! Exports traces to an OpenTelemetry collector, if one is configured.

use std::time::Duration;

use anyhow::Context;
use opentelemetry::{KeyValue, trace::TracerProvider};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, filter_fn},
    registry::LookupSpan,
};
use uuid::Uuid;

use super::alert;
use crate::config::{Environment, invalid};

/// The standard's own variable (OpenTelemetry specification, "OpenTelemetry Protocol Exporter"); the library reads it too.
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
/// How long the last spans may take to be sent.
const END: Duration = Duration::from_secs(3);
/// The crates whose spans are sent: ours, which contain no personal data. Spans of libraries may contain anything.
const OURS: [&str; 7] = ["api", "cache", "credential", "idp", "server", "session", "store"];

/// The exporter of spans.
pub(super) struct Traces(SdkTracerProvider);

impl Traces {
    /// Creates an exporter, if `OTEL_EXPORTER_OTLP_ENDPOINT` is set.
    pub(super) fn start(environment: &Environment<'_>) -> anyhow::Result<Option<Self>> {
        let switch = metrics::gauge!("watertight_traces_exported");
        let Some(endpoint) = environment.text(ENDPOINT) else {
            switch.set(0);
            return Ok(None);
        };
        if !endpoint.starts_with("http://") {
            let hint = "set it to a collector on this machine, for example `http://127.0.0.1:4318`, which forwards over TLS";
            return Err(invalid(ENDPOINT, "it is not an `http://` URL", hint).into());
        }
        let sender =
            SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary).build();
        let sender = sender.with_context(|| format!("spans cannot be sent to `{ENDPOINT}`"))?;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(sender)
            .with_resource(resource(environment));
        switch.set(1);
        Ok(Some(Self(provider.build())))
    }

    /// The tracing layer that exports spans.
    pub(super) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'s> LookupSpan<'s>,
    {
        // Source locations and threads say nothing about a request.
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("watertight"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(filter_fn(is_exported).with_max_level_hint(LevelFilter::DEBUG))
    }

    /// Sends the spans that wait, for at most [`END`].
    pub(super) fn end(self) {
        if let Err(error) = self.0.shutdown_with_timeout(END) {
            tracing::warn!(%error, "server.traces.not_sent");
        }
    }
}

/// Whether a span or event is exported: our spans, and events that are alerts. Other events are for the log only.
pub(super) fn is_exported(metadata: &Metadata<'_>) -> bool {
    let krate = metadata.target().split("::").next().unwrap_or_default();
    let our_span = metadata.is_span() && *metadata.level() <= Level::DEBUG && OURS.contains(&krate);
    our_span || alert::is_of_an_alert(metadata)
}

/// The attributes that identify this process. The library itself reads `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`.
fn resource(environment: &Environment<'_>) -> Resource {
    let builder = Resource::builder().with_attributes([
        KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
        KeyValue::new("service.instance.id", Uuid::now_v7().to_string()),
    ]);
    match environment.text("OTEL_SERVICE_NAME") {
        Some(_) => builder.build(),
        None => builder.with_service_name("watertight").build(),
    }
}
