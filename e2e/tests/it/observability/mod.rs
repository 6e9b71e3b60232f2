//! Observability of the product: metrics, alerts and traces.

mod alerts;
mod forgotten_password;
mod metrics;
mod receiver;
mod traces;
