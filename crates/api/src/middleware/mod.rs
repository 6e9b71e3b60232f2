//! What requests pass before their handler, and replies after it. `bind_tenant` and `guard` wrap some scopes only, the others all requests.

pub(crate) mod bind_tenant;
mod body_timeout;
pub(crate) mod cross_site;
pub(crate) mod guard;
pub(crate) mod local_only;
pub(crate) mod request_id;
mod request_metrics;
mod request_target;
pub(crate) mod security_headers;
