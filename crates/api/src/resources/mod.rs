//! The resources of the API under `/api/v1`, and the pages and checks beside it. Each has its routes, and one file for each operation or for a few small ones.
//!
//! `fields` checks the fields of a body.

pub(crate) mod companies;
pub(crate) mod departments;
pub(crate) mod docs;
pub(crate) mod employees;
pub(crate) mod explainer;
mod fields;
pub(crate) mod health;
#[cfg(feature = "lab")]
pub(crate) mod lab;
pub(crate) mod onboarding;
pub(crate) mod openapi;
pub(crate) mod session;
pub(crate) mod settings;
pub(crate) mod tokens;
pub(crate) mod ui;
pub(crate) mod whoami;
pub(crate) mod widget;
