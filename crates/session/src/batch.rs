//! The reads that bind one request. They are collected in a batch, sent together and answered in one round trip.

use std::{mem, ops::Range};

use futures_util::future::BoxFuture;
use redis::{FromRedisValue, Pipeline, RedisResult, Value};
use share::Holder;

use crate::{
    error::Error,
    record::Stored,
    redis_error::{store_error, unexpected},
    redis_link::RedisLink,
};

/// Collects the reads of several parts, which do not know each other's reads. It uses one connection, one circuit breaker and one wait.
///
/// A batch is a pipeline to the session Redis, because that Redis holds the tenant's state whichever back end holds the sessions. Redis answers in the order of
/// the commands. It may run commands of other clients in between.
pub struct ReadBatch {
    link: RedisLink,
    holder: Holder,
    pipeline: Pipeline,
}

/// A handle to the replies to one part's commands.
#[derive(Debug)]
#[must_use = "read the replies to these commands with `Replies::take`"]
pub struct PendingReply(Range<usize>);

/// The replies to all commands of a batch.
pub struct Replies(Vec<Value>);

/// The result of a read that a back end added to a batch, or that it knew at once.
#[must_use = "read the result with `Pending::read`"]
pub(crate) struct Pending<T>(Box<Read<T>>);

type Read<T> = dyn FnOnce(&mut Replies) -> Result<T, Error> + Send;

/// The result of a record's lookup.
#[must_use = "read the result with `PendingRecord::read`"]
pub(crate) enum PendingRecord {
    /// It comes with the replies to the batch, or is known already.
    InBatch(Pending<Option<Stored>>),
    /// Another store looks it up at the same time.
    Elsewhere(BoxFuture<'static, Result<Option<Stored>, Error>>),
}

impl ReadBatch {
    /// Creates an empty batch over `link`. Its reads are accounted to `holder`: the tenant that they are about.
    pub fn over(link: &RedisLink, holder: impl Into<Holder>) -> Self {
        Self { link: link.clone(), holder: holder.into(), pipeline: Pipeline::with_capacity(8) }
    }

    /// Adds the commands of one part and returns the handle to their replies. No command may be marked as ignored, because replies are counted.
    pub fn add(&mut self, commands: impl FnOnce(&mut Pipeline)) -> PendingReply {
        let first = self.pipeline.len();
        commands(&mut self.pipeline);
        PendingReply(first..self.pipeline.len())
    }

    /// Sends the batch and waits for all replies. An empty batch is not sent.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if Redis does not answer, [`Error::UnexpectedReply`] if it does not answer every command. A command that Redis refuses does not
    /// fail the others: the part that added it gets the error from [`Replies::take`].
    #[tracing::instrument(level = "debug", name = "session.pipeline.send", skip_all)]
    pub async fn send(self) -> Result<Replies, Error> {
        let Self { link, holder, pipeline } = self;
        if pipeline.is_empty() {
            return Ok(Replies(Vec::new()));
        }
        let replies = link.send(holder, &pipeline).await;
        replies.and_then(|replies| Replies::to(pipeline.len(), replies)).map_err(store_error)
    }
}

impl Replies {
    /// Checks that there is one reply to each of `commands` commands.
    fn to(commands: usize, replies: Vec<Value>) -> RedisResult<Self> {
        if replies.len() != commands {
            return Err(unexpected("the number of replies is not the number of commands"));
        }
        Ok(Self(replies))
    }

    /// Takes the replies to one part's commands, each once, as a tuple with one element per command. An element of type [`RedisResult`] accepts an error reply
    /// too.
    ///
    /// # Errors
    /// The error reply, if one of them is an error and its element does not accept it. Otherwise an error if a reply is missing or does not have its element's
    /// type.
    pub fn take<T: FromRedisValue>(&mut self, pending: PendingReply) -> RedisResult<T> {
        let replies = self.0.get_mut(pending.0);
        let replies = replies.ok_or_else(|| unexpected("a command of the batch has no reply"))?;
        let refused = replies.iter().find_map(|reply| match reply {
            Value::ServerError(error) => Some(error.clone()),
            _ => None,
        });
        let replies = replies.iter_mut().map(|reply| mem::replace(reply, Value::Nil)).collect();
        let taken = redis::from_redis_value(Value::Array(replies));
        taken.map_err(|unreadable| refused.map_or_else(|| unreadable.into(), Into::into))
    }
}

impl<T> Pending<T> {
    /// A result that `read` reads from the replies to the batch.
    pub(crate) fn new(
        read: impl FnOnce(&mut Replies) -> Result<T, Error> + Send + 'static,
    ) -> Self {
        Self(Box::new(read))
    }

    /// A result that is known already. Nothing was added to the batch.
    pub(crate) fn ready(result: T) -> Self
    where
        T: Send + 'static,
    {
        Self::new(|_| Ok(result))
    }

    /// Returns the result.
    ///
    /// # Errors
    /// [`Error`] if the store refused a command or sent an unexpected reply.
    pub(crate) fn read(self, replies: &mut Replies) -> Result<T, Error> {
        (self.0)(replies)
    }
}

impl PendingRecord {
    /// Returns the result.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer, refused a command or sent an unexpected reply.
    pub(crate) async fn read(self, replies: &mut Replies) -> Result<Option<Stored>, Error> {
        match self {
            Self::InBatch(pending) => pending.read(replies),
            Self::Elsewhere(result) => result.await,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A batch over a Redis that does not exist.
    pub(crate) fn batch() -> ReadBatch {
        ReadBatch::over(&RedisLink::new("redis://127.0.0.1:1").unwrap(), Holder::Node)
    }

    /// The replies to a batch, as Redis sends them.
    pub(crate) fn replies(sent: &[&str]) -> Replies {
        Replies(
            sent.iter().map(|reply| redis::parse_redis_value(reply.as_bytes()).unwrap()).collect(),
        )
    }

    #[tokio::test]
    async fn an_empty_pipeline_needs_no_redis() {
        assert!(batch().send().await.is_ok());
    }

    #[tokio::test]
    async fn an_unreachable_redis_is_unavailable() {
        let mut batch = batch();
        let _pending = batch.add(|pipeline| {
            pipeline.get("key");
        });
        assert!(matches!(batch.send().await, Err(Error::Unavailable(_))));
    }

    /// Each part reads its own replies, in any order, and an error reply concerns only its own part.
    #[tokio::test]
    async fn every_part_of_a_pipeline_reads_its_own_replies() {
        let mut batch = batch();
        let first = batch.add(|pipeline| {
            pipeline.hget("a", "f").pttl("a");
        });
        let second = batch.add(|pipeline| {
            pipeline.get("b");
        });
        let mut replies = replies(&["-WRONGTYPE no hash\r\n", ":-1\r\n", "+x\r\n"]);
        assert_eq!(replies.take::<(String,)>(second).unwrap(), ("x".to_owned(),));
        let (field, left): (RedisResult<String>, i64) = replies.take(first).unwrap();
        assert_eq!((field.unwrap_err().code(), left), (Some("WRONGTYPE"), -1));
    }

    #[tokio::test]
    async fn an_unexpected_error_reply_is_an_error() {
        let mut batch = batch();
        let pending = batch.add(|pipeline| {
            pipeline.get("b");
        });
        let mut replies = replies(&["-LOADING not yet\r\n"]);
        let error = replies.take::<(Option<String>,)>(pending).map_err(store_error);
        assert!(matches!(error, Err(Error::Unavailable(_))), "{error:?}");
    }

    /// O6: a missing reply is an error, also where the part would accept an empty list.
    #[tokio::test]
    async fn a_missing_reply_is_an_error() {
        let mut batch = batch();
        let pending = batch.add(|pipeline| {
            pipeline.get("a");
        });
        let missing = replies(&[]).take::<Vec<Option<String>>>(pending).map_err(store_error);
        assert!(matches!(missing, Err(Error::UnexpectedReply(_))), "{missing:?}");
    }

    /// O6: with one reply too few or too many, a part would read the reply to another command.
    #[test]
    fn another_number_of_replies_than_commands_is_an_error() {
        for (commands, accepted) in [(1, false), (2, true), (3, false)] {
            assert_eq!(Replies::to(commands, vec![Value::Nil; 2]).is_ok(), accepted, "{commands}");
        }
    }
}
