//! Tells a Redis that has begun a new life of every revocation, before it is believed in anything.

use redis::{RedisError, aio::MultiplexedConnection, pipe};

use crate::{
    backend::Error,
    id::RecordKey,
    incarnation::{Incarnation, Mark},
    locks::Locks,
    redis_backend::{command_of, unavailable},
    revocation::Revocation,
};

/// How many revocations go into one round trip.
const AT_ONCE: usize = 500;

/// A replay that was begun. Read the revocations now: those that were noted before the new life began are all there.
///
/// Everything goes over one connection that does not heal: should Redis restart half-way, the connection is gone and the new life is not marked.
pub struct Replay {
    connection: MultiplexedConnection,
    incarnation: Incarnation,
    locks: Locks,
}

impl Replay {
    /// Begins, unless someone has marked this life already: then that mark is taken over.
    pub(crate) async fn begin(
        mut connection: MultiplexedConnection,
        incarnation: Incarnation,
        locks: Locks,
    ) -> Result<Option<Self>, Error> {
        match Mark::found(&mut connection).await.map_err(unavailable)? {
            Some(mark) => {
                incarnation.enter(mark);
                Ok(None)
            }
            None => Ok(Some(Self { connection, incarnation, locks })),
        }
    }

    /// Carries out all of them and marks this life; returns its name.
    ///
    /// # Errors
    /// [`Error`] if Redis does not answer; then nothing is marked.
    pub async fn finish(mut self, revocations: &[Revocation]) -> Result<String, Error> {
        for some in revocations.chunks(AT_ONCE) {
            let mut pipeline = pipe();
            for revocation in some {
                let prefix = RecordKey::prefix(revocation.tenant, &self.locks);
                pipeline.add_command(command_of(revocation, &prefix)).ignore();
            }
            let done: Result<(), RedisError> = pipeline.query_async(&mut self.connection).await;
            done.map_err(unavailable)?;
        }
        let mark = Mark::set(&mut self.connection).await.map_err(unavailable)?;
        self.incarnation.enter(mark.clone());
        Ok(mark.into_text())
    }
}
