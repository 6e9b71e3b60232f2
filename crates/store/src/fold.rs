//! Text folding: the spelling that names are sorted and searched by.

use std::collections::{BTreeSet, HashSet};

/// Returns the text in lower-case ASCII without accents, and with single spaces between words: `Łukasz Müßig` is `lukasz mussig`.
///
/// Control characters become spaces, so a folded text never holds the separator of a sort key.
pub fn fold(text: &str) -> String {
    let plain = deunicode::deunicode(text).to_lowercase();
    plain
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Returns the folded words of a search text, each once. An employee matches if each word is the beginning of one of the employee's terms.
pub fn search_words(text: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    let folded = fold(text);
    let words = folded.split(' ').map(as_term).filter(|word| !word.is_empty());
    words.filter(|word| seen.insert(word.clone())).collect()
}

/// The longest part of a sort key and the longest term, in bytes. One letter can fold to twenty, and an index row holds less than three kilobytes:
/// without a bound some names could not be stored.
const LONGEST: usize = 254;

/// Returns a sort key of several parts, separated by U+001F. It sorts below every letter and space, so `Li` is before `Lie`.
pub(crate) fn sort_key(parts: &[&str]) -> String {
    parts.iter().map(|part| cut(fold(part))).collect::<Vec<_>>().join("\u{1f}")
}

/// Cuts a folded text to [`LONGEST`] bytes. Folded text is ASCII.
fn cut(mut folded: String) -> String {
    folded.truncate(folded.floor_char_boundary(LONGEST));
    folded
}

/// Returns the terms that an employee is found by: each name as written and in its parts, the email address and its parts, the number.
///
/// A search compares the beginning of a term. A term that is the beginning of another one (`anne` of `anne-marie`, or the part of the address before
/// the `@`) would find nothing more, and is left out.
pub(crate) fn terms(first_name: &str, last_name: &str, email: &str, number: i64) -> Vec<String> {
    let local = email.split('@').next().unwrap_or_default();
    let mut terms = BTreeSet::from([number.to_string()]);
    for text in [first_name, last_name, email] {
        terms.extend(fold(text).split(' ').map(as_term));
    }
    for text in [first_name, last_name, local] {
        terms.extend(fold(text).split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_owned));
    }
    let mut terms: BTreeSet<String> = terms.into_iter().map(cut).collect();
    terms.remove("");
    // In sorted order a term is directly followed by the terms that it is the beginning of.
    let mut terms = terms.into_iter().peekable();
    let mut kept = Vec::new();
    while let Some(term) = terms.next() {
        if !terms.peek().is_some_and(|next| next.starts_with(&term)) {
            kept.push(term);
        }
    }
    kept
}

/// Removes all characters but letters, digits and the punctuation of an email address: `o'neill` and `oneill` are the same term.
fn as_term(word: &str) -> String {
    word.chars().filter(|c| c.is_ascii_alphanumeric() || "@.-_+".contains(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turkish_german_and_polish_names_fold_to_ascii() {
        for (name, folded) in [
            ("İbrahim Işık", "ibrahim isik"),
            ("IŞIL ÇAĞLAYAN", "isil caglayan"),
            ("Jürgen Groß", "jurgen gross"),
            ("Łukasz Wójcik", "lukasz wojcik"),
            ("ŻÓŁĆ", "zolc"),
            ("  Anne\u{1f}Marie\t O'Neill ", "anne marie o'neill"),
        ] {
            assert_eq!(fold(name), folded);
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for name in ["Gökçe Öztürk", "Zażółć gęślą jaźń", "Straße", "李 小龙", "ﬁancé", ""]
        {
            assert_eq!(fold(&fold(name)), fold(name));
        }
    }

    #[test]
    fn a_shorter_last_name_sorts_before_a_longer_one() {
        assert!(sort_key(&["Li", "Zoe"]) < sort_key(&["Li Wei", "Ana"]));
        assert!(sort_key(&["Li", "Zoe"]) < sort_key(&["Lie", "Ana"]));
    }

    #[test]
    fn an_employee_is_found_by_every_part_of_the_name_and_no_term_begins_another() {
        let terms = terms("Anne-Marie", "O'Neill van Öst", "am.oneill@acme.example", 1042);
        for word in [
            "anne",
            "marie",
            "anne-m",
            "oneill",
            "neill",
            "van",
            "ost",
            "am.oneill@acme",
            "am",
            "1042",
        ] {
            assert!(terms.iter().any(|term| term.starts_with(word)), "{word} of {terms:?}");
        }
        for (n, term) in terms.iter().enumerate() {
            assert!(
                !terms[n + 1..].iter().any(|other| other.starts_with(term)),
                "{term} of {terms:?}"
            );
        }
    }

    #[test]
    fn a_letter_that_folds_to_many_makes_no_key_that_an_index_cannot_hold() {
        let wordy = "\u{fdfa}".repeat(100);
        assert!(fold(&wordy).len() > 1_500);
        assert!(sort_key(&[&wordy, &wordy]).len() <= 2 * LONGEST + 1);
        assert!(terms(&wordy, &wordy, "a@b", 1).iter().all(|term| term.len() <= LONGEST));
    }

    #[test]
    fn typed_text_becomes_words_without_repetition() {
        assert_eq!(search_words(" Öst  O'Neill ÖST '' "), ["ost", "oneill"]);
    }
}
