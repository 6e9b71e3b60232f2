//! Replays every revocation to a new generation of the store, before its replies about sessions are trusted.

use lab::Faults;

use crate::{backend::ReplayTarget, error::Error, id::RecordKey, revocation::Revocation};

/// The number of revocations that are sent together.
const BATCH_SIZE: usize = 500;

/// A replay in progress. The caller reads the revocations after it began: all that were stored before this generation began are among them.
pub struct Replay {
    target: Box<dyn ReplayTarget>,
    faults: Faults,
}

impl Replay {
    pub(crate) fn new(target: Box<dyn ReplayTarget>, faults: Faults) -> Self {
        Self { target, faults }
    }

    /// Carries out `revocations` and marks this generation. Returns the generation's name.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer or restarts meanwhile; this generation is then not marked.
    pub async fn finish(mut self, revocations: &[Revocation]) -> Result<String, Error> {
        for some in revocations.chunks(BATCH_SIZE) {
            let with_prefix: Vec<(&Revocation, String)> = some
                .iter()
                .map(|revocation| (revocation, RecordKey::prefix(revocation.tenant, &self.faults)))
                .collect();
            self.target.apply(&with_prefix).await?;
        }
        self.target.complete().await
    }
}
