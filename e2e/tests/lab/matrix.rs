//! I6, its first half: every single and every double fault of the locks, on every path, in every order, for every identity.

use std::collections::BTreeMap;

use e2e::Laboratory;

use super::{
    change::{CHANGES, Writers},
    data_path::DataPath,
    identity::Identities,
    planted, snapshot,
    trial::{Effort, Outcome, expected_answers, outcome},
};

/// After this many sets of locks every user gets a new token: a token lives for 15 minutes, and on a slow machine the matrix takes longer.
const TOKENS_LAST: usize = 15;

/// The results for one path.
#[derive(Default)]
pub(super) struct Found {
    /// The outcome for each set of one or two locks that were off.
    pub(super) faults: BTreeMap<Vec<usize>, Outcome>,
    /// The sets of three locks that leak. None of them contains a smaller set that leaks.
    pub(super) leaking_triples: Vec<Vec<usize>>,
    /// Whether the path leaks with every lock off.
    pub(super) leaks_unlocked: bool,
}

impl Found {
    /// Whether any tried set leaks. If none does, the search may be unable to detect a leak.
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

/// I6: no single and no double fault serves a foreign row or another role's view on any path. With more locks off, each path that shows rows does.
#[tokio::test]
async fn no_single_or_double_fault_leaks_on_any_path() {
    let laboratory = Laboratory::start().await;
    let mut cast = Identities::assemble(&laboratory).await;
    let questions = DataPath::all(&cast);
    let locks = laboratory.locks().await;
    let expected_answers = expected_answers(&laboratory, &cast, &questions).await;

    let mut found: Vec<(&'static str, Found)> = questions
        .iter()
        .map(|data_path| data_path.name)
        .chain(CHANGES)
        .map(|name| (name, Found::default()))
        .collect();
    let all: Vec<usize> = (0..locks.len()).collect();
    let all_sets = [1, 2, 3].into_iter().flat_map(|size| sets(locks.len(), size)).chain([all]);
    let all_sets: Vec<Vec<usize>> = all_sets.collect();
    let mut writers = Writers::prepare(&laboratory, all_sets.len()).await;
    for (number, set) in all_sets.into_iter().enumerate() {
        if number.is_multiple_of(TOKENS_LAST) {
            cast.renew_tokens(&laboratory).await;
            writers.renew_token(&laboratory).await;
        }
        let off: Vec<&str> = set.iter().map(|lock| locks[*lock].as_str()).collect();
        let effort = if set.len() < 3 { Effort::Full } else { Effort::Control };
        let mut outcomes = Vec::new();
        for data_path in &questions {
            outcomes.push(
                outcome(&laboratory, &cast, data_path, &expected_answers, &off, effort).await,
            );
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
    let planted = planted::found(&laboratory, &locks).await;
    snapshot::compare(&locks, &found, &planted);
    // A new row belongs only to the tenant that creates it, so `create` cannot leak.
    let controls = found.iter().filter(|(name, _)| *name != CHANGES[0]);
    let tight: Vec<&str> =
        controls.filter(|(_, found)| !found.leaks_somewhere()).map(|(name, _)| *name).collect();
    assert!(tight.is_empty(), "the control: no set of locks makes {tight:?} leak");
}

/// All subsets of `0..count` with `size` elements, in order.
pub(super) fn sets(count: usize, size: usize) -> Vec<Vec<usize>> {
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
fn eleven_locks_have_fifty_five_pairs() {
    assert_eq!([1, 2, 3].map(|size| sets(11, size).len()), [11, 55, 165]);
}
