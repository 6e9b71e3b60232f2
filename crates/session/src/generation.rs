//! Redis generations: detects a Redis that has not replayed every revocation. Its replies about sessions are not trusted.

use std::sync::{Arc, PoisonError, RwLock};

use redis::{Pipeline, RedisResult, aio::ConnectionLike, pipe};
use tokio::sync::Notify;

use crate::{error::Error, redis_command::command};

/// The Redis key that holds the digest of the generation's marker script.
pub(crate) const KEY: &str = "s:incarnation";

/// What this node knows about the current generation of Redis. Clones share it: one for all workers of a node.
///
/// A generation is marked once every revocation has been carried out: a script with a random text is loaded, and a key stores its digest. Scripts live in the
/// memory of one process only: no dump contains them, no replica receives them, nothing evicts them. So Redis is marked only while *both* exist. A restarted
/// Redis, a restored dump and a promoted replica lack the script; a former primary that was promoted again has the key of the generation between.
#[derive(Clone, Debug, Default)]
pub struct Generation(Arc<State>);

#[derive(Debug, Default)]
struct State {
    marker: RwLock<Option<Marker>>,
    ended: Notify,
}

/// The digest of a generation's marker script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Marker(Arc<str>);

/// The reply about a marker: the digest in the key, and whether the script is loaded.
pub(crate) type MarkerReply = (Option<String>, [bool; 1]);

impl Generation {
    /// The marker of the last generation known to have replayed every revocation.
    pub(crate) fn marker(&self) -> Option<Marker> {
        self.0.marker.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_current(&self, marker: Marker) {
        *self.0.marker.write().unwrap_or_else(PoisonError::into_inner) = Some(marker);
    }

    /// Checks that Redis still has this marker. If it does not, this node forgets the generation, and revocations must be replayed.
    ///
    /// # Errors
    /// [`Error::NotReplayed`] if the reply does not show the marker.
    pub(crate) fn check(&self, marker: &Marker, reply: &MarkerReply) -> Result<(), Error> {
        if marker.matches(reply) {
            return Ok(());
        }
        self.forget(marker);
        Err(Error::NotReplayed)
    }

    fn forget(&self, marker: &Marker) {
        let mut current = self.0.marker.write().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref() == Some(marker) {
            tracing::warn!("session.generation.ended");
            *current = None;
            self.0.ended.notify_one();
        }
    }

    /// Returns when a generation is found to have ended.
    pub async fn ended(&self) {
        self.0.ended.notified().await;
    }
}

impl Marker {
    /// Marks the generation of this connection's Redis process. The connection must not reconnect.
    ///
    /// # Errors
    /// If the operating system provides no random bytes, or Redis does not answer or refuses a command; the generation is then not marked.
    pub(crate) async fn set(connection: &mut impl ConnectionLike) -> RedisResult<Self> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(std::io::Error::other)?;
        let script = format!(
            "return 'every revocation is carried out {:032x}'",
            u128::from_ne_bytes(random)
        );
        let digest: String =
            redis::cmd("SCRIPT").arg("LOAD").arg(script).query_async(connection).await?;
        let set: RedisResult<()> =
            redis::cmd("SET").arg(KEY).arg(&digest).query_async(connection).await;
        set.map(|()| Self(digest.into()))
    }

    /// Reads the marker of the current generation, if it has one.
    ///
    /// # Errors
    /// If Redis does not answer or refuses a command.
    pub(crate) async fn read(connection: &mut impl ConnectionLike) -> RedisResult<Option<Self>> {
        let digest: Option<String> = redis::cmd("GET").arg(KEY).query_async(connection).await?;
        let Some(marker) = digest.map(|digest| Self(digest.into())) else { return Ok(None) };
        let mut pipeline = pipe();
        marker.ask(&mut pipeline);
        let reply: MarkerReply = pipeline.query_async(connection).await?;
        Ok(marker.matches(&reply).then_some(marker))
    }

    /// Adds the two commands that read the marker to a pipeline.
    pub(crate) fn ask(&self, pipeline: &mut Pipeline) {
        pipeline
            .add_command(command(["GET", KEY]))
            .add_command(command(["SCRIPT", "EXISTS", &*self.0]));
    }

    /// Whether the reply shows this generation's marker.
    fn matches(&self, (key, script): &MarkerReply) -> bool {
        key.as_deref() == Some(&*self.0) && *script == [true]
    }

    pub(crate) fn into_text(self) -> String {
        self.0.as_ref().to_owned()
    }

    #[cfg(test)]
    pub(crate) fn of(digest: &str) -> Self {
        Self(digest.into())
    }
}
