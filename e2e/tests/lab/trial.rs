//! One trial: some locks are off, everyone asks, and every answer is held against the one with all locks on.

use std::collections::BTreeMap;

use e2e::{Laboratory, Reply};
use futures_util::future::join_all;
use serde_json::Value;

use super::{
    identity::{Cast, Identity},
    question::Question,
};

/// What came of a path while some locks were off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// Everybody got the answer they get with all locks on.
    Same,
    /// Somebody got an error instead, and nobody anything else.
    Refused,
    /// Somebody got an answer that is not theirs.
    Leaked,
}

/// The answers with all locks on, by question and identity.
pub(super) type Truth = BTreeMap<(&'static str, String), Answer>;

/// What is compared of a reply.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Answer {
    status: u16,
    body: Vec<u8>,
    etag: Option<String>,
}

/// How much is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    /// Every filler in turn and then everybody; then everybody with nothing filled.
    Full,
    /// The fillers of the other companies, each followed by everybody: enough to show that a leak exists.
    Control,
}

/// Asks everything once with all locks on.
pub(super) async fn truth(laboratory: &Laboratory, cast: &Cast, questions: &[Question]) -> Truth {
    let mut truth = Truth::new();
    for question in questions {
        laboratory.switch_off(&[]).await;
        for one in &cast.everyone {
            let answer = Answer::of(&question.asked_by(one, &[], None).send().await);
            truth.insert((question.name, one.name.clone()), answer);
        }
    }
    truth
}

/// Tries one question with these locks off, in every order of asking.
pub(super) async fn outcome(
    laboratory: &Laboratory,
    cast: &Cast,
    question: &Question,
    truth: &Truth,
    off: &[&str],
    effort: Effort,
) -> Outcome {
    let mut worst = Outcome::Same;
    for filler in cast.everyone.iter().filter(|one| one.fills) {
        if effort == Effort::Control && filler.name.starts_with("acme") {
            continue;
        }
        laboratory.switch_off(off).await;
        let first = Answer::of(&question.asked_by(filler, off, None).send().await);
        worst = worst.max(first.judged(question, filler, truth, None));
        let etag = first.etag.as_deref();
        worst = worst.max(all_at_once(cast, question, truth, off, etag).await);
    }
    if effort == Effort::Control {
        return worst;
    }
    laboratory.switch_off(off).await;
    worst.max(all_at_once(cast, question, truth, off, None).await)
}

async fn all_at_once(
    cast: &Cast,
    question: &Question,
    truth: &Truth,
    off: &[&str],
    etag: Option<&str>,
) -> Outcome {
    let replies = join_all(cast.everyone.iter().map(async |one| {
        let reply = question.asked_by(one, off, etag).send().await;
        Answer::of(&reply).judged(question, one, truth, etag)
    }));
    replies.await.into_iter().max().unwrap_or(Outcome::Same)
}

impl Answer {
    fn of(reply: &Reply) -> Self {
        let etag = reply.header("etag").map(str::to_owned);
        Self { status: reply.status, body: without_times(&reply.body), etag }
    }

    /// Holds an answer against the true one. An error says nothing about anybody; anything else must be the true answer, byte by byte.
    fn judged(
        &self,
        question: &Question,
        one: &Identity,
        truth: &Truth,
        sent: Option<&str>,
    ) -> Outcome {
        let true_answer = &truth[&(question.name, one.name.clone())];
        if self.status == 304 {
            // "You have it already" is true only if what was sent along is one's own.
            let own = question.conditional && sent.is_some() && sent == true_answer.etag.as_deref();
            return if own { Outcome::Same } else { Outcome::Leaked };
        }
        if self.status >= 400 {
            let same = self.status == true_answer.status;
            return if same { Outcome::Same } else { Outcome::Refused };
        }
        if self == true_answer { Outcome::Same } else { Outcome::Leaked }
    }
}

/// The body without when a session began and ends: everybody has two, one for each way of keeping it.
fn without_times(body: &[u8]) -> Vec<u8> {
    let Ok(Value::Object(mut object)) = serde_json::from_slice(body) else { return body.to_vec() };
    if object.remove("signed_in_at").is_none() {
        return body.to_vec();
    }
    object.remove("expires_at");
    Value::Object(object).to_string().into_bytes()
}
