//! Alerts about a body that another lock should have stopped. Such a body is never served.

use uuid::Uuid;

use crate::{body::Body, entry_id::CacheEntryId, envelope::EnvelopeError};

/// Raises an alert: the body found in the cache belongs to another tenant, visibility or key.
pub(crate) fn foreign_body(entry_id: &CacheEntryId, body: &Body) {
    tracing::error!(
        alert = "body_tenant", tenant = %entry_id.tenant, foreign = %body.tenant(),
        family = %entry_id.family, rows = %rows(body), "cache.body.foreign"
    );
}

/// Logs a rejected envelope, as an alert if another lock must have failed. The caller loads the body again.
pub(crate) fn envelope_rejected(entry_id: &CacheEntryId, error: &EnvelopeError) {
    let (tenant, family) = (entry_id.tenant, entry_id.family);
    match error {
        EnvelopeError::Stale => {}
        EnvelopeError::Unfamiliar => {
            tracing::warn!(%tenant, %family, %error, "cache.envelope.unfamiliar");
        }
        EnvelopeError::Seal | EnvelopeError::Unreadable => tracing::error!(
            alert = "envelope_seal", %tenant, %family, %error, "cache.envelope.refused"
        ),
        EnvelopeError::ForeignTenant(body) => tracing::error!(
            alert = "envelope_tenant", %tenant, foreign = %body.tenant(),
            %family, rows = %rows(body), %error, "cache.envelope.refused"
        ),
        EnvelopeError::ForeignKey(body) => tracing::error!(
            alert = "envelope_key", %tenant, foreign = %body.tenant(),
            %family, rows = %rows(body), %error, "cache.envelope.refused"
        ),
    }
}

fn rows(body: &Body) -> String {
    body.rows().iter().map(Uuid::to_string).collect::<Vec<_>>().join(",")
}
