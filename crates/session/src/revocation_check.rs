//! Checks in the batch of a request whether its token is revoked (row T5).

use crate::{
    batch::{Pending, ReadBatch, Replies},
    error::Error,
    sessions::Sessions,
    token_revocation::{TokenOrigin, TokenRevocations},
};

/// A revocation check that was added to a batch. [`Sessions::is_revoked`] returns its result.
#[must_use = "read the result of this check with `Sessions::is_revoked`"]
pub struct RevocationCheck {
    origin: TokenOrigin,
    revocations: Pending<TokenRevocations>,
}

impl Sessions {
    /// Adds the check whether a token of that sign-in is revoked to a batch.
    ///
    /// # Errors
    /// [`Error::NotReplayed`] while the store has not replayed every revocation.
    pub fn ask_revocations(
        &self,
        batch: &mut ReadBatch,
        origin: &TokenOrigin,
    ) -> Result<RevocationCheck, Error> {
        let revocations = self.backend.ask_revocations(batch, origin)?;
        Ok(RevocationCheck { origin: *origin, revocations })
    }

    /// Returns whether the token is revoked.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer, has not replayed every revocation, or sends an unexpected reply, which are all different from `false`.
    pub fn is_revoked(&self, check: RevocationCheck, replies: &mut Replies) -> Result<bool, Error> {
        let RevocationCheck { origin, revocations } = check;
        Ok(revocations.read(replies)?.apply_to(&origin))
    }
}
