//! A word that stands in every text of one company and of no other: wherever it turns up, so did that company's data.

use std::{collections::BTreeSet, fmt};

use uuid::Uuid;

const PREFIX: &str = "cnry";
const DIGITS: usize = 12;

/// The word of one company, for instance `cnry0f3a91c2d4e5`. It is its own folded form, so that it is found in sort keys too.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Canary(String);

impl Canary {
    /// A word no other company has.
    pub fn fresh() -> Self {
        Self(format!("{PREFIX}{}", &Uuid::new_v4().simple().to_string()[..DIGITS]))
    }

    /// Every canary in the text, whoever's.
    pub fn all_in(text: &str) -> BTreeSet<Self> {
        let words = text
            .match_indices(PREFIX)
            .filter_map(|(at, _)| text.get(at..at + PREFIX.len() + DIGITS));
        words
            .filter(|word| word[PREFIX.len()..].bytes().all(|b| b.is_ascii_hexdigit()))
            .map(|word| Self(word.to_owned()))
            .collect()
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Canary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[test]
fn a_canary_is_found_wherever_it_stands() {
    let [a, b] = [Canary::fresh(), Canary::fresh()];
    let text = format!("{{\"email\":\"x.{a}@{b}.example\"}} cnry cnryzzzzzzzzzzzz cnry12");
    assert_eq!(Canary::all_in(&text), BTreeSet::from([a, b]));
}
