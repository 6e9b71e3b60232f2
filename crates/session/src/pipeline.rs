//! One Redis pipeline for all lookups of a request's binding. Each part adds its commands and later reads its own replies.

use std::{mem, ops::Range};

use redis::{Cmd, FromRedisValue, Pipeline, RedisResult, Value};
use share::Holder;

use crate::{backend::Error, redis_backend::unavailable, redis_link::RedisLink};

/// A pipeline with the commands of several parts, which do not know each other's commands. It uses one connection, one circuit breaker and one wait.
///
/// Redis answers in the order of the commands. It may run commands of other clients in between.
pub struct RedisPipeline {
    link: RedisLink,
    holder: Holder,
    pipeline: Pipeline,
}

/// A handle to the replies of one part's commands.
#[derive(Debug)]
#[must_use = "read the replies to these commands with `Replies::take`"]
pub struct PendingReply(Range<usize>);

/// The replies to all commands of a pipeline.
pub struct Replies(Vec<Value>);

impl RedisPipeline {
    /// Creates an empty pipeline over `link`. Its commands are accounted to `holder`: the tenant that they are about.
    pub fn over(link: &RedisLink, holder: impl Into<Holder>) -> Self {
        Self { link: link.clone(), holder: holder.into(), pipeline: Pipeline::with_capacity(8) }
    }

    /// Adds the commands of one part and returns the handle to their replies. No command may be marked as ignored, because replies are counted.
    pub fn ask(&mut self, commands: impl FnOnce(&mut Pipeline)) -> PendingReply {
        let first = self.pipeline.len();
        commands(&mut self.pipeline);
        PendingReply(first..self.pipeline.len())
    }

    /// Sends the pipeline and waits for all replies. An empty pipeline is not sent.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if Redis does not answer. A command that Redis refuses does not fail the others: the part that added it gets the error from
    /// [`Replies::take`].
    #[tracing::instrument(level = "debug", name = "session.pipeline.send", skip_all)]
    pub async fn send(self) -> Result<Replies, Error> {
        let Self { link, holder, pipeline } = self;
        if pipeline.is_empty() {
            return Ok(Replies(Vec::new()));
        }
        link.send(holder, &pipeline).await.map(Replies).map_err(unavailable)
    }
}

impl Replies {
    /// Takes the replies to one part's commands, each once, as a tuple with one element per command. An element of type [`RedisResult`] accepts an error reply
    /// too.
    ///
    /// # Errors
    /// If a reply does not have its element's type, or is an error reply that its element does not accept.
    pub fn take<T: FromRedisValue>(&mut self, asked: PendingReply) -> RedisResult<T> {
        let answers = self.0.get_mut(asked.0).unwrap_or_default();
        let answers = answers.iter_mut().map(|answer| mem::replace(answer, Value::Nil)).collect();
        Ok(redis::from_redis_value(Value::Array(answers))?)
    }
}

/// Builds a command from its words and allocates its memory once. Worth it for commands that every request sends.
pub fn command<'w>(words: impl IntoIterator<Item = &'w str, IntoIter: Clone>) -> Cmd {
    let words = words.into_iter();
    let (number, length) =
        words.clone().fold((0, 0), |(number, length), word| (number + 1, length + word.len()));
    let mut command = Cmd::with_capacity(number, length);
    for word in words {
        command.arg(word);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trip() -> RedisPipeline {
        RedisPipeline::over(&RedisLink::new("redis://127.0.0.1:1").unwrap(), Holder::Node)
    }

    #[tokio::test]
    async fn an_empty_pipeline_needs_no_redis() {
        assert!(trip().send().await.is_ok());
    }

    #[tokio::test]
    async fn an_unreachable_redis_is_unavailable() {
        let mut trip = trip();
        let _asked = trip.ask(|pipeline| {
            pipeline.get("key");
        });
        assert!(matches!(trip.send().await, Err(Error::Unavailable(_))));
    }

    /// Each part reads its own replies, in any order, and an error reply concerns only its own part.
    #[tokio::test]
    async fn every_part_of_a_pipeline_reads_its_own_replies() {
        let mut trip = trip();
        let first = trip.ask(|pipeline| {
            pipeline.hget("a", "f").pttl("a");
        });
        let second = trip.ask(|pipeline| {
            pipeline.get("b");
        });
        let refused = redis::parse_redis_value(b"-WRONGTYPE no hash\r\n").unwrap();
        let mut replies = Replies(vec![refused, Value::Int(-1), Value::SimpleString("x".into())]);
        assert_eq!(replies.take::<(String,)>(second).unwrap(), ("x".to_owned(),));
        let (field, left): (RedisResult<String>, i64) = replies.take(first).unwrap();
        assert_eq!((field.unwrap_err().code(), left), (Some("WRONGTYPE"), -1));
    }

    #[tokio::test]
    async fn an_unexpected_error_reply_is_an_error() {
        let mut trip = trip();
        let asked = trip.ask(|pipeline| {
            pipeline.get("b");
        });
        let refused = redis::parse_redis_value(b"-LOADING not yet\r\n").unwrap();
        assert!(Replies(vec![refused]).take::<(Option<String>,)>(asked).is_err());
    }
}
