//! How a bounded resource is divided between tenants, so that a flood at one tenant leaves the others' requests alone.
//!
//! [`Places`] bounds work: how much runs at once and how much waits. [`Quota`] bounds what a tenant may fill of a shared store.
//! Neither knows what the resource is. See ADR 19 for the rule by which a tenant's share is found.

mod holder;
mod places;
mod quota;

pub use holder::Holder;
pub use places::{Bounds, Full, MaxTurns, Place, Places, Turn};
pub use quota::Quota;

/// Counts that a holder was refused at a resource. Taking a [`Place`] counts its own refusals.
pub fn count_refusal(resource: &'static str, holder: Holder) {
    let tenant = holder.to_string();
    metrics::counter!("watertight_refused_total", "resource" => resource, "tenant" => tenant)
        .increment(1);
}
