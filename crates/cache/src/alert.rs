//! Alerts about a body that another lock should have stopped. Such a body is never served.

use uuid::Uuid;

use crate::{body::Body, envelope::Disbelief, place::Place};

/// Raises an alert: the body found in the cache belongs to another tenant, visibility or key.
pub(crate) fn foreign_body(place: &Place, body: &Body) {
    tracing::error!(
        alert = "body_tenant", tenant = %place.tenant, foreign = %body.tenant(),
        family = %place.family, rows = %rows(body), "cache.body.foreign"
    );
}

/// Logs a rejected envelope, as an alert if another lock must have failed. The caller loads the body again.
pub(crate) fn disbelieved(place: &Place, disbelief: &Disbelief) {
    let (tenant, family) = (place.tenant, place.family);
    match disbelief {
        Disbelief::Stale => {}
        Disbelief::Unfamiliar => {
            tracing::warn!(%tenant, %family, %disbelief, "cache.envelope.unfamiliar");
        }
        Disbelief::Seal | Disbelief::Unreadable => tracing::error!(
            alert = "envelope_seal", %tenant, %family, %disbelief, "cache.envelope.refused"
        ),
        Disbelief::ForeignTenant(body) => tracing::error!(
            alert = "envelope_tenant", %tenant, foreign = %body.tenant(),
            %family, rows = %rows(body), "cache.envelope.refused"
        ),
        Disbelief::ForeignKey(body) => tracing::error!(
            alert = "envelope_key", %tenant, foreign = %body.tenant(),
            %family, rows = %rows(body), "cache.envelope.refused"
        ),
    }
}

fn rows(body: &Body) -> String {
    body.rows().iter().map(Uuid::to_string).collect::<Vec<_>>().join(",")
}
