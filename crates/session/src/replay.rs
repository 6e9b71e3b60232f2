//! Replays every revocation to a new generation of Redis, before its replies about sessions are trusted.

use lab::Faults;
use redis::{RedisError, aio::MultiplexedConnection, pipe};

use crate::{
    backend::Error,
    generation::{Generation, Marker},
    id::RecordKey,
    redis_backend::{command_of, unavailable},
    revocation::Revocation,
};

/// The number of revocations in one pipeline.
const AT_ONCE: usize = 500;

/// A replay in progress. The caller reads the revocations after it began: all that were stored before this generation began are among them.
///
/// The replay uses one connection that does not reconnect. If Redis restarts meanwhile, the connection fails and the new generation is not marked.
pub struct Replay {
    connection: MultiplexedConnection,
    generation: Generation,
    faults: Faults,
}

impl Replay {
    /// Begins a replay. Returns `None` if another node has marked this generation already; this node then uses that marker.
    pub(crate) async fn begin(
        mut connection: MultiplexedConnection,
        generation: Generation,
        faults: Faults,
    ) -> Result<Option<Self>, Error> {
        match Marker::found(&mut connection).await.map_err(unavailable)? {
            Some(marker) => {
                generation.set_current(marker);
                Ok(None)
            }
            None => Ok(Some(Self { connection, generation, faults })),
        }
    }

    /// Carries out `revocations` and marks this generation. Returns the generation's name.
    ///
    /// # Errors
    /// [`Error`] if Redis does not answer; this generation is then not marked.
    pub async fn finish(mut self, revocations: &[Revocation]) -> Result<String, Error> {
        for some in revocations.chunks(AT_ONCE) {
            let mut pipeline = pipe();
            for revocation in some {
                let prefix = RecordKey::prefix(revocation.tenant, &self.faults);
                pipeline.add_command(command_of(revocation, &prefix)).ignore();
            }
            let done: Result<(), RedisError> = pipeline.query_async(&mut self.connection).await;
            done.map_err(unavailable)?;
        }
        let marker = Marker::set(&mut self.connection).await.map_err(unavailable)?;
        self.generation.set_current(marker.clone());
        Ok(marker.into_text())
    }
}
