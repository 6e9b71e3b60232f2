//! What Redis holds of a body: sealed for its tenant and its place, with everything that must agree before it is believed.

use seal::{NotSealed, Purpose, Refused, Scope, Seals};
use serde::{Deserialize, Serialize};

use crate::{body::Body, epoch::Epoch, locks::Locks, place::Place};

/// The format of what is sealed. Seals have numbers of their own, so that neither is taken for the other.
const VERSION: u8 = 0x82;
const PURPOSE: Purpose = Purpose::of("cached body");

/// A body, which says whose it is and what it is, with its epochs, and who filled it when.
#[derive(Serialize, Deserialize)]
struct Envelope {
    version: u8,
    epochs: Vec<Epoch>,
    filled_at_ms: i64,
    filled_by: String,
    body: Body,
}

/// Why a body is not put into an envelope.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotClosed {
    #[error("the envelope cannot be encoded")]
    Encoding(#[from] postcard::Error),
    #[error("the envelope cannot be sealed")]
    Sealing(#[from] NotSealed),
}

/// Why an envelope is not believed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Disbelief {
    /// Another version of us wrote it, or one with another root key. While versions or keys change that is how it must be, and it
    /// gains nobody anything, so it is a miss and no alarm.
    #[error("the envelope is of another version or under another root key")]
    Unfamiliar,
    /// It was written for another tenant or place, or by somebody else, or was changed.
    #[error("the seal is broken")]
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

/// Puts a body into an envelope for its place.
pub(crate) fn close(
    seals: &Seals,
    locks: &Locks,
    at: &Place,
    filled_at_ms: i64,
    filled_by: &str,
    body: Body,
) -> Result<Vec<u8>, NotClosed> {
    let epochs = at.epochs.clone();
    let envelope =
        Envelope { version: VERSION, epochs, filled_at_ms, filled_by: filled_by.to_owned(), body };
    let plain = postcard::to_stdvec(&envelope)?;
    if !locks.seal() {
        return Ok(plain);
    }
    Ok(seals.seal(scope(at), at.name.as_bytes(), &plain)?)
}

/// The body, if the envelope is meant for this place.
pub(crate) fn open(
    seals: &Seals,
    locks: &Locks,
    at: &Place,
    bytes: &[u8],
) -> Result<Body, Disbelief> {
    if locks.seal() {
        let plain = seals.open(scope(at), at.name.as_bytes(), bytes)?;
        return read(&plain, locks, at);
    }
    read(bytes, locks, at)
}

fn read(plain: &[u8], locks: &Locks, at: &Place) -> Result<Body, Disbelief> {
    if plain.first() != Some(&VERSION) {
        return Err(Disbelief::Unfamiliar);
    }
    let envelope: Envelope = postcard::from_bytes(plain).map_err(|_| Disbelief::Unreadable)?;
    let body = envelope.body;
    if locks.stamp() && body.tenant() != at.tenant {
        return Err(Disbelief::ForeignTenant(Box::new(body)));
    }
    if locks.stamp() && !body.belongs_to(at) {
        return Err(Disbelief::ForeignKey(Box::new(body)));
    }
    if envelope.epochs != at.epochs {
        return Err(Disbelief::Stale);
    }
    Ok(body)
}

impl From<Refused> for Disbelief {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Version | Refused::UnknownRoot => Self::Unfamiliar,
            Refused::Broken => Self::Seal,
        }
    }
}

fn scope(at: &Place) -> Scope {
    Scope { purpose: PURPOSE, tenant: at.tenant.as_uuid() }
}

#[cfg(test)]
#[path = "envelope_tests.rs"]
mod tests;
