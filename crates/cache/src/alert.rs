//! What is said when a lock finds that another one must be broken. Such a body is never served.

use uuid::Uuid;

use crate::{body::Body, envelope::Disbelief, place::Place};

/// A body that was about to leave the cache is not the viewer's.
pub(crate) fn foreign_body(place: &Place, body: &Body) {
    tracing::error!(
        alert = "body_tenant", tenant = %place.tenant, foreign = %body.tenant(),
        family = %place.family, rows = %rows(body), "cache.body.foreign"
    );
}

/// An envelope in Redis is not believed, and the body is made anew.
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
