//! What the product tells of itself: metrics, alerts, traces.

mod alerts;
mod metrics;
mod receiver;
mod traces;
