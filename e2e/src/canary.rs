//! Canaries: a word that every text of one company contains and no other company has. Where it appears, that company's data appears.

use std::{collections::BTreeSet, fmt};

use uuid::Uuid;

const PREFIX: &str = "cnry";
const DIGITS: usize = 12;

/// The canary of one company, for instance `cnry0f3a91c2d4e5`. Case folding does not change it, so it is found in sort keys too.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Canary(String);

impl Canary {
    /// A random canary that no other company has.
    pub fn fresh() -> Self {
        Self(format!("{PREFIX}{}", &Uuid::new_v4().simple().to_string()[..DIGITS]))
    }

    /// All canaries in the text, of any company.
    pub fn all_in(text: &str) -> BTreeSet<Self> {
        let words = text
            .match_indices(PREFIX)
            .filter_map(|(at, _)| text.get(at..at + PREFIX.len() + DIGITS));
        words
            .filter(|word| word[PREFIX.len()..].bytes().all(|b| b.is_ascii_hexdigit()))
            .map(|word| Self(word.to_owned()))
            .collect()
    }

    /// The canary as text.
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
fn a_canary_is_found_in_every_position() {
    let [a, b] = [Canary::fresh(), Canary::fresh()];
    let text = format!("{{\"email\":\"x.{a}@{b}.example\"}} cnry cnryzzzzzzzzzzzz cnry12");
    assert_eq!(Canary::all_in(&text), BTreeSet::from([a, b]));
}
