//! One round trip for everything that is asked while a request is bound: each asker adds its commands and later reads its own answers.

use std::{mem, ops::Range};

use redis::{Cmd, FromRedisValue, Pipeline, RedisResult, Value};
use share::Holder;

use crate::{backend::Error, redis_backend::unavailable, redis_link::RedisLink};

/// Questions of several askers, who need not know each other's commands, sent as one: one connection, one gate, one wait.
///
/// Redis answers them in the order in which they were asked, and other clients' commands may come between them.
pub struct RoundTrip {
    link: RedisLink,
    holder: Holder,
    pipeline: Pipeline,
}

/// Which answers belong to whoever asked.
#[derive(Debug)]
#[must_use = "answers that nobody reads need not be asked for"]
pub struct Asked(Range<usize>);

/// What Redis answered to all of them.
pub struct Replies(Vec<Value>);

impl RoundTrip {
    /// Nothing asked yet, to be sent over this link and accounted to this holder: the tenant that is asked about.
    pub fn over(link: &RedisLink, holder: impl Into<Holder>) -> Self {
        Self { link: link.clone(), holder: holder.into(), pipeline: Pipeline::with_capacity(8) }
    }

    /// Adds one asker's commands. None of them may be ignored: the answers are counted.
    pub fn ask(&mut self, commands: impl FnOnce(&mut Pipeline)) -> Asked {
        let first = self.pipeline.len();
        commands(&mut self.pipeline);
        Asked(first..self.pipeline.len())
    }

    /// Sends everything and waits for the answers. If nothing was asked, nothing is sent.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if Redis does not answer. A command that it refuses is no error here but to whoever asked it, and fails no other.
    #[tracing::instrument(level = "debug", name = "session.round_trip.go", skip_all)]
    pub async fn go(self) -> Result<Replies, Error> {
        let Self { link, holder, pipeline } = self;
        if pipeline.is_empty() {
            return Ok(Replies(Vec::new()));
        }
        link.send(holder, &pipeline).await.map(Replies).map_err(unavailable)
    }
}

impl Replies {
    /// The answers to what was asked, each once: a tuple with a part for each command. A part that is a [`RedisResult`] takes a refusal as well.
    ///
    /// # Errors
    /// If an answer is not of its part's type; so is every refusal that its part does not take.
    pub fn take<T: FromRedisValue>(&mut self, asked: Asked) -> RedisResult<T> {
        let answers = self.0.get_mut(asked.0).unwrap_or_default();
        let answers = answers.iter_mut().map(|answer| mem::replace(answer, Value::Nil)).collect();
        Ok(redis::from_redis_value(Value::Array(answers))?)
    }
}

/// A command of these words, in memory of the right size: those that go with every request are worth it.
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

    fn trip() -> RoundTrip {
        RoundTrip::over(&RedisLink::new("redis://127.0.0.1:1").unwrap(), Holder::Node)
    }

    #[tokio::test]
    async fn a_trip_on_which_nothing_is_asked_needs_no_redis() {
        assert!(trip().go().await.is_ok());
    }

    #[tokio::test]
    async fn a_redis_that_is_not_there_is_unavailable() {
        let mut trip = trip();
        let _asked = trip.ask(|pipeline| {
            pipeline.get("key");
        });
        assert!(matches!(trip.go().await, Err(Error::Unavailable(_))));
    }

    /// Each asker has its own answers, whatever order they are read in, and a refused command is its asker's alone.
    #[tokio::test]
    async fn every_asker_reads_its_own_answers() {
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
    async fn a_refusal_that_nobody_expects_is_an_error() {
        let mut trip = trip();
        let asked = trip.ask(|pipeline| {
            pipeline.get("b");
        });
        let refused = redis::parse_redis_value(b"-LOADING not yet\r\n").unwrap();
        assert!(Replies(vec![refused]).take::<(Option<String>,)>(asked).is_err());
    }
}
