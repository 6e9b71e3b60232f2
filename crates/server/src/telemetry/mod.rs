//! Telemetry of this process: logs, metrics, alerts and traces.

mod alert;
mod alert_writer;
mod exposition;
mod log;
mod metrics;
mod traces;

use tracing_subscriber::{Layer, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::Environment;

pub(crate) use alert_writer::AlertQueue;
pub(crate) use exposition::Exposition;
pub(crate) use metrics::Metrics;

use self::{
    alert::{AlertFilter, Alerts},
    traces::Traces,
};

/// The telemetry of this process. It is started before anything else, and ended after everything else.
pub(crate) struct Telemetry {
    /// The handle to the metrics recorder.
    pub(crate) metrics: Metrics,
    /// The queue of alerts that wait to be written. `serve` takes it.
    pub(crate) alert_queue: Option<AlertQueue>,
    traces: Option<Traces>,
}

impl Telemetry {
    /// Starts telemetry as the environment configures it.
    pub(crate) fn start(environment: &Environment<'_>) -> anyhow::Result<Self> {
        let metrics = Metrics::start()?;
        let (alerts, alert_queue) = Alerts::new();
        let traces = Traces::start(environment)?;
        // Each layer has its own filter, so the log filter does not affect alerts and traces.
        tracing_subscriber::registry()
            .with(log::layer(environment, traces.is_some())?)
            .with(alerts.with_filter(AlertFilter))
            .with(traces.as_ref().map(Traces::layer))
            .init();
        Ok(Self { metrics, alert_queue: Some(alert_queue), traces })
    }

    /// Sends the spans that wait. Emit no spans or events afterwards.
    pub(crate) fn end(self) {
        if let Some(traces) = self.traces {
            traces.end();
        }
    }
}
