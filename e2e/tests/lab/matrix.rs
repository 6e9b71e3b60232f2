//! I6, its first half: every single and every double fault of the locks, on every path, in every order, for every identity.

use std::collections::BTreeMap;

use e2e::Laboratory;

use super::{
    change::{CHANGES, Writers},
    identity::Cast,
    question::Question,
    snapshot,
    trial::{Effort, Outcome, outcome, truth},
};

/// What was found for one path.
#[derive(Default)]
pub(super) struct Found {
    /// By the locks that were off: one or two.
    pub(super) faults: BTreeMap<Vec<usize>, Outcome>,
    /// The sets of three locks that leak; none of them has a smaller set inside that does.
    pub(super) leaking_triples: Vec<Vec<usize>>,
    /// Whether it leaks with every lock off.
    pub(super) leaks_unlocked: bool,
}

impl Found {
    /// Whether any set that was tried leaks: if none does, the search may be blind.
    fn leaks_somewhere(&self) -> bool {
        self.leaks_unlocked || !self.leaking_triples.is_empty()
    }

    fn note(&mut self, set: &[usize], outcome: Outcome) {
        match set.len() {
            1 | 2 => {
                self.faults.insert(set.to_vec(), outcome);
            }
            3 if outcome == Outcome::Leaked => self.leaking_triples.push(set.to_vec()),
            3 => {}
            _ => self.leaks_unlocked = outcome == Outcome::Leaked,
        }
    }
}

/// I6: no single and no double fault serves a foreign row or another role's view on any path, and with all locks off each path that shows rows does.
#[tokio::test]
async fn no_single_or_double_fault_leaks_on_any_path() {
    let laboratory = Laboratory::start().await;
    let cast = Cast::assemble(&laboratory).await;
    let questions = Question::all(&cast);
    let locks = laboratory.locks().await;
    let truth = truth(&laboratory, &cast, &questions).await;

    let mut found: Vec<(&'static str, Found)> = questions
        .iter()
        .map(|question| question.name)
        .chain(CHANGES)
        .map(|name| (name, Found::default()))
        .collect();
    let mut writers = Writers::hire(&laboratory).await;
    let all: Vec<usize> = (0..locks.len()).collect();
    for set in [1, 2, 3].into_iter().flat_map(|size| sets(locks.len(), size)).chain([all]) {
        let off: Vec<&str> = set.iter().map(|lock| locks[*lock].as_str()).collect();
        let effort = if set.len() < 3 { Effort::Full } else { Effort::Control };
        let mut outcomes = Vec::new();
        for question in &questions {
            outcomes.push(outcome(&laboratory, &cast, question, &truth, &off, effort).await);
        }
        outcomes.extend(writers.outcomes(&laboratory, &off).await);
        for ((name, found), outcome) in found.iter_mut().zip(outcomes) {
            assert!(
                set.len() > 2 || outcome != Outcome::Leaked,
                "{name}: leaks with only {off:?} off"
            );
            found.note(&set, outcome);
        }
    }
    snapshot::compare(&locks, &found);
    // A new row has no other tenant than the one it is made for, so creating has nothing to leak to.
    let controls = found.iter().filter(|(name, _)| *name != CHANGES[0]);
    let tight: Vec<&str> =
        controls.filter(|(_, found)| !found.leaks_somewhere()).map(|(name, _)| *name).collect();
    assert!(tight.is_empty(), "the control: no set of locks makes {tight:?} leak");
}

/// All sets of so many of `0..count`, in order.
fn sets(count: usize, size: usize) -> Vec<Vec<usize>> {
    if size == 0 {
        return vec![vec![]];
    }
    let smaller = sets(count, size - 1);
    let larger = |set: Vec<usize>| {
        let begin = set.last().map_or(0, |last| last + 1);
        (begin..count).map(move |next| [set.clone(), vec![next]].concat())
    };
    smaller.into_iter().flat_map(larger).collect()
}

#[test]
fn nine_locks_have_thirty_six_pairs() {
    assert_eq!([1, 2, 3].map(|size| sets(9, size).len()), [9, 36, 84]);
}
