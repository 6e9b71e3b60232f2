//! One trial: some locks are off, all users send the request, and every answer is compared with the answer with all locks on.

use std::collections::BTreeMap;

use e2e::{Laboratory, Reply};
use futures_util::future::join_all;
use serde_json::Value;

use super::{
    data_path::DataPath,
    identity::{Identities, Identity},
};

/// The result for a path while some locks were off. The order is from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// Every user got the same answer as with all locks on.
    Same,
    /// At least one user got an error, and all others the same answer as with all locks on.
    Refused,
    /// At least one user got an answer that is neither an error nor the user's own.
    Leaked,
}

/// The answers with all locks on, by question and identity.
pub(super) type ExpectedAnswers = BTreeMap<(&'static str, String), Answer>;

/// The parts of a reply that are compared.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Answer {
    status: u16,
    body: Vec<u8>,
    etag: Option<String>,
}

/// How many orders of asking are tried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    /// Each filler first, followed by all users; then all users with empty caches.
    Full,
    /// The fillers of the other companies, each followed by all users: enough to show that a leak exists.
    Control,
}

/// Sends every request of every user once with all locks on.
pub(super) async fn expected_answers(
    laboratory: &Laboratory,
    cast: &Identities,
    questions: &[DataPath],
) -> ExpectedAnswers {
    let mut expected_answers = ExpectedAnswers::new();
    for data_path in questions {
        laboratory.switch_off(&[]).await;
        for one in &cast.everyone {
            let answer = Answer::of(&data_path.request_by(one, &[], None).send().await);
            expected_answers.insert((data_path.name, one.name.clone()), answer);
        }
    }
    expected_answers
}

/// Tries one question with these locks off, in every order of asking.
pub(super) async fn outcome(
    laboratory: &Laboratory,
    cast: &Identities,
    data_path: &DataPath,
    expected_answers: &ExpectedAnswers,
    off: &[&str],
    effort: Effort,
) -> Outcome {
    let mut worst = Outcome::Same;
    for filler in cast.everyone.iter().filter(|one| one.fills) {
        if effort == Effort::Control && filler.name.starts_with("acme") {
            continue;
        }
        laboratory.switch_off(off).await;
        let first = Answer::of(&data_path.request_by(filler, off, None).send().await);
        worst = worst.max(first.compare(data_path, filler, expected_answers, None));
        let etag = first.etag.as_deref();
        worst = worst.max(all_at_once(cast, data_path, expected_answers, off, etag).await);
    }
    if effort == Effort::Control {
        return worst;
    }
    laboratory.switch_off(off).await;
    worst.max(all_at_once(cast, data_path, expected_answers, off, None).await)
}

async fn all_at_once(
    cast: &Identities,
    data_path: &DataPath,
    expected_answers: &ExpectedAnswers,
    off: &[&str],
    etag: Option<&str>,
) -> Outcome {
    let replies = join_all(cast.everyone.iter().map(async |one| {
        let reply = data_path.request_by(one, off, etag).send().await;
        Answer::of(&reply).compare(data_path, one, expected_answers, etag)
    }));
    replies.await.into_iter().max().unwrap_or(Outcome::Same)
}

impl Answer {
    fn of(reply: &Reply) -> Self {
        let etag = reply.header("etag").map(str::to_owned);
        Self { status: reply.status, body: without_times(&reply.body), etag }
    }

    /// Compares an answer with the true one. An error shows no data; any other answer must equal the true one, byte by byte.
    fn compare(
        &self,
        data_path: &DataPath,
        one: &Identity,
        expected_answers: &ExpectedAnswers,
        sent: Option<&str>,
    ) -> Outcome {
        let true_answer = &expected_answers[&(data_path.name, one.name.clone())];
        if self.status == 304 {
            // 304 is correct only if the request sent the user's own ETag.
            let own =
                data_path.conditional && sent.is_some() && sent == true_answer.etag.as_deref();
            return if own { Outcome::Same } else { Outcome::Leaked };
        }
        if self.status >= 400 {
            let same = self.status == true_answer.status;
            return if same { Outcome::Same } else { Outcome::Refused };
        }
        if self == true_answer { Outcome::Same } else { Outcome::Leaked }
    }
}

/// The body without the times at which the session began and ends, because each user has two sessions.
fn without_times(body: &[u8]) -> Vec<u8> {
    let Ok(Value::Object(mut object)) = serde_json::from_slice(body) else { return body.to_vec() };
    if object.remove("signed_in_at").is_none() {
        return body.to_vec();
    }
    object.remove("expires_at");
    Value::Object(object).to_string().into_bytes()
}
