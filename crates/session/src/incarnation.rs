//! Which life of Redis has heard of every revocation. A Redis that has not is believed in nothing.

use std::sync::{Arc, PoisonError, RwLock};

use redis::{Pipeline, RedisResult, pipe};
use tokio::sync::Notify;

use crate::round_trip::command;

/// Where Redis keeps the digest of the script that marks its present life.
pub(crate) const KEY: &str = "s:incarnation";

/// What this node knows of the present life of Redis. Clones share it: one for all workers of a node.
///
/// The mark is a script that is loaded once every revocation has been carried out, under a random text, and its digest stands in a key. A script lives in
/// the memory of one process alone: no dump holds it, no replica is sent it, nothing evicts it. So Redis is marked only while *both* are there: a restart and
/// a restored dump lack the script, a replica that was promoted lacks it too, and a former primary that was promoted back has the key of the life between.
#[derive(Clone, Debug, Default)]
pub struct Incarnation(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    mark: RwLock<Option<Mark>>,
    lost: Notify,
}

/// The digest of the script of one life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark(Arc<str>);

/// What Redis says of its mark: the digest in the key, and whether the script is there.
pub(crate) type Marked = (Option<String>, Vec<bool>);

impl Incarnation {
    /// The mark of the life in which this node last knew that everything was carried out.
    pub(crate) fn mark(&self) -> Option<Mark> {
        self.0.mark.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn enter(&self, mark: Mark) {
        *self.0.mark.write().unwrap_or_else(PoisonError::into_inner) = Some(mark);
    }

    /// This life is over: revocations must be replayed.
    pub(crate) fn leave(&self, mark: &Mark) {
        let mut known = self.0.mark.write().unwrap_or_else(PoisonError::into_inner);
        if known.as_ref() == Some(mark) {
            tracing::warn!("session.incarnation.over");
            *known = None;
            self.0.lost.notify_one();
        }
    }

    /// Returns when a life is found to be over.
    pub async fn lost(&self) {
        self.0.lost.notified().await;
    }
}

impl Mark {
    /// Makes the mark of a new life, on a connection that lives no longer than it.
    pub(crate) async fn set(connection: &mut impl redis::aio::ConnectionLike) -> RedisResult<Self> {
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

    /// The mark that Redis bears now, if it bears one.
    pub(crate) async fn found(
        connection: &mut impl redis::aio::ConnectionLike,
    ) -> RedisResult<Option<Self>> {
        let digest: Option<String> = redis::cmd("GET").arg(KEY).query_async(connection).await?;
        let Some(mark) = digest.map(|digest| Self(digest.into())) else { return Ok(None) };
        let marked: Marked = mark.asked(&mut pipe()).query_async(connection).await?;
        Ok(mark.stands(&marked).then_some(mark))
    }

    /// Adds the two questions to a pipeline.
    pub(crate) fn asked<'p>(&self, pipeline: &'p mut Pipeline) -> &'p mut Pipeline {
        pipeline
            .add_command(command(["GET", KEY]))
            .add_command(command(["SCRIPT", "EXISTS", &*self.0]))
    }

    /// Whether the answers are those of this life.
    pub(crate) fn stands(&self, (key, script): &Marked) -> bool {
        key.as_deref() == Some(&*self.0) && script.as_slice() == [true]
    }

    pub(crate) fn into_text(self) -> String {
        self.0.as_ref().to_owned()
    }
}
