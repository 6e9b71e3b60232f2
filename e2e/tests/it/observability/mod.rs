//! What the product tells of itself: metrics, alerts, traces.

mod alerts;
mod forgotten;
mod metrics;
mod receiver;
mod traces;
