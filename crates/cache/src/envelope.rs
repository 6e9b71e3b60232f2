//! The form of a body in Redis: sealed for its tenant and its cache entry, with the fields that are checked before it is used.

use lab::{Faults, Lock};
use seal::{KeyScope, OpenError, Purpose, SealError, Seals};
use serde::{Deserialize, Serialize};

use crate::{body::Body, entry_id::CacheEntryId, epoch::Epoch};

/// The version of the plain format. No sealed value begins with this number, so the two formats cannot be confused.
const VERSION: u8 = 0x82;
const PURPOSE: Purpose = Purpose::of("cached body");

/// A stamped body with the epochs under which it was filled, the time, and the id of the request that filled it.
#[derive(Serialize, Deserialize)]
struct Envelope {
    version: u8,
    epochs: Vec<Epoch>,
    filled_at_ms: i64,
    filled_by: String,
    body: Body,
}

/// Why an envelope could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SealEnvelopeError {
    #[error("the envelope cannot be encoded")]
    Encoding(#[from] postcard::Error),
    #[error("the envelope cannot be sealed")]
    Sealing(#[from] SealError),
}

/// Why an envelope is rejected. Every reason counts as a miss.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EnvelopeError {
    /// Written by another version of the product, or under another root key. That is normal while versions or keys change, and it
    /// gives an attacker nothing, so it raises no alert.
    #[error("the envelope is of another version or under another root key")]
    Unfamiliar,
    /// Sealed for another tenant or cache entry, not written by the product, or changed.
    #[error("the envelope does not open for this tenant and cache entry")]
    Seal,
    #[error("the envelope cannot be read")]
    Unreadable,
    #[error("the envelope holds another tenant's body")]
    ForeignTenant(Box<Body>),
    #[error("the envelope holds the body of another key")]
    ForeignKey(Box<Body>),
    #[error("the envelope is of another epoch")]
    Stale,
}

/// Seals a body for its cache entry.
pub(crate) fn close(
    seals: &Seals,
    faults: &Faults,
    at: &CacheEntryId,
    filled_at_ms: i64,
    filled_by: &str,
    body: Body,
) -> Result<Vec<u8>, SealEnvelopeError> {
    let epochs = at.epochs.clone();
    let envelope =
        Envelope { version: VERSION, epochs, filled_at_ms, filled_by: filled_by.to_owned(), body };
    let plain = postcard::to_stdvec(&envelope)?;
    if faults.is_off(Lock::Seal) {
        return Ok(plain);
    }
    Ok(seals.seal(scope(at), at.name.as_bytes(), &plain)?)
}

/// Returns the body if the envelope was made for this cache entry, under its current epochs.
pub(crate) fn open(
    seals: &Seals,
    faults: &Faults,
    at: &CacheEntryId,
    bytes: &[u8],
) -> Result<Body, EnvelopeError> {
    if faults.is_on(Lock::Seal) {
        let plain = seals.open(scope(at), at.name.as_bytes(), bytes)?;
        return read(&plain, faults, at);
    }
    read(bytes, faults, at)
}

fn read(plain: &[u8], faults: &Faults, at: &CacheEntryId) -> Result<Body, EnvelopeError> {
    if plain.first() != Some(&VERSION) {
        return Err(EnvelopeError::Unfamiliar);
    }
    let envelope: Envelope = postcard::from_bytes(plain).map_err(|_| EnvelopeError::Unreadable)?;
    let body = envelope.body;
    if faults.is_on(Lock::Stamp) && body.tenant() != at.tenant {
        return Err(EnvelopeError::ForeignTenant(Box::new(body)));
    }
    if faults.is_on(Lock::Stamp) && !body.belongs_to(at) {
        return Err(EnvelopeError::ForeignKey(Box::new(body)));
    }
    if envelope.epochs != at.epochs {
        return Err(EnvelopeError::Stale);
    }
    Ok(body)
}

impl From<OpenError> for EnvelopeError {
    fn from(refused: OpenError) -> Self {
        match refused {
            OpenError::Version | OpenError::UnknownRoot => Self::Unfamiliar,
            OpenError::Broken => Self::Seal,
        }
    }
}

fn scope(at: &CacheEntryId) -> KeyScope {
    KeyScope { purpose: PURPOSE, tenant: at.tenant.as_uuid() }
}

#[cfg(test)]
#[path = "envelope_tests.rs"]
mod tests;
