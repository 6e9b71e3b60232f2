//! Observability of the product: metrics, alerts and traces.

mod alerts;
mod forgotten;
mod metrics;
mod receiver;
mod traces;
