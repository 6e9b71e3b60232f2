//! The product, end to end: a real server, a real PostgreSQL, a real Redis.
#![expect(clippy::unwrap_used, reason = "a missing value fails the test that needs it")]

mod bodies;
mod bounds;
mod cognito;
mod concurrency;
mod cross_site;
mod demonstration;
mod explainer;
mod external;
mod failure;
mod foreign;
mod headers;
mod hosts;
mod incident;
mod list;
mod load_balancing;
mod observability;
mod odd_bytes;
mod oidc;
mod operation;
mod paths;
mod roles;
mod scopes;
mod session_store;
mod shares;
mod sign_in;
mod slow;
mod throttle;
mod tokens;
mod widget;
mod write;
