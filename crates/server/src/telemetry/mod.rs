//! What the process tells of itself: logs, metrics, alerts, traces.

mod alert;
mod exposition;
mod log;
mod metrics;
mod provenance;
mod traces;

use tracing_subscriber::{Layer, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::Environment;

pub(crate) use exposition::Exposition;
pub(crate) use metrics::Metrics;
pub(crate) use provenance::Provenance;

use self::{
    alert::{Alerts, OfAnAlert},
    traces::Traces,
};

/// Everything that tells. It is started before anything else, and ended after everything else.
pub(crate) struct Telemetry {
    /// The counted and timed.
    pub(crate) metrics: Metrics,
    /// The alerts that wait to be written down, until a command takes them.
    pub(crate) provenance: Option<Provenance>,
    traces: Option<Traces>,
}

impl Telemetry {
    /// Starts telling, as the environment says.
    pub(crate) fn start(environment: &Environment<'_>) -> anyhow::Result<Self> {
        let metrics = Metrics::start()?;
        let (alerts, provenance) = Alerts::new();
        let traces = Traces::start(environment)?;
        // Each layer has its own filter: what a person wants to read in the log decides nothing about alerts and traces.
        tracing_subscriber::registry()
            .with(log::layer(environment, traces.is_some())?)
            .with(alerts.with_filter(OfAnAlert))
            .with(traces.as_ref().map(Traces::layer))
            .init();
        Ok(Self { metrics, provenance: Some(provenance), traces })
    }

    /// Sends what has not been sent. Nothing may be told afterwards.
    pub(crate) fn end(self) {
        if let Some(traces) = self.traces {
            traces.end();
        }
    }
}
