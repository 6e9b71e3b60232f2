//! `docs/requirements.md` names every requirement that the repository names, and is right about which of them have a test.

use std::collections::BTreeSet;

use crate::{
    none,
    promises::{is_row, rows},
    source::{Source, files, rust},
};

const PAGE: &str = "docs/requirements.md";

/// A row of the page.
pub(crate) struct Requirement {
    pub(crate) id: String,
    /// `built`, `not yet`, or `partly: ` and what is missing.
    pub(crate) state: String,
}

/// Every row of the page.
pub(crate) fn requirements() -> Vec<Requirement> {
    let pages = files(&[PAGE], &[".md"]);
    let lines = pages.iter().flat_map(|page| page.text.lines());
    lines.filter_map(requirement).collect()
}

/// Reads `| I5 | … | built |`.
fn requirement(line: &str) -> Option<Requirement> {
    let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
    let [id, .., state] = cells[..] else { return None };
    is_id(id).then(|| Requirement { id: id.to_owned(), state: state.to_owned() })
}

/// Whether the text is an id of the page: of a requirement (`I5`, `T4a`) or of a case from the field (`d10`).
fn is_id(text: &str) -> bool {
    is_row(text)
        || (text.starts_with(|c: char| matches!(c, 'a'..='e'))
            && text.len() > 1
            && is_number(&text[1..]))
}

fn is_number(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit())
}

/// The ids that a file names: in front of a doc comment (`/// I5, S7: …`) or after "row" or "case" (`rows I5 and S7`).
fn named(source: &Source) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for line in source.text.lines().map(str::trim) {
        let doc = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
        if let Some((front, _)) = doc.and_then(|doc| doc.split_once(':')) {
            let parts: Vec<&str> = words(front).collect();
            if parts.iter().all(|part| is_id(part)) {
                ids.extend(parts.into_iter().map(str::to_owned));
            }
        }
        let mut words = words(line).peekable();
        while let Some(word) = words.next() {
            if matches!(word, "row" | "rows" | "case" | "cases") {
                while let Some(word) = words.next_if(|word| is_id(word) || *word == "and") {
                    if is_id(word) {
                        ids.insert(word.to_owned());
                    }
                }
            }
        }
    }
    ids
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

#[test]
fn every_id_that_is_named_is_on_the_page() {
    let known: BTreeSet<String> = requirements().into_iter().map(|one| one.id).collect();
    let sources = files(&["."], &[".rs", ".sql", ".md"]);
    let mut offences = Vec::new();
    for source in sources
        .iter()
        .filter(|source| source.path != "e2e/tests/tidy/promises.rs" && source.path != file!())
    {
        let unknown = named(source).into_iter().filter(|id| !known.contains(id));
        offences.extend(unknown.map(|id| format!("{}: {id}", source.path)));
    }
    none("`docs/requirements.md` has a row for every id that is named", &offences);
}

#[test]
fn no_id_has_two_rows() {
    let mut seen = BTreeSet::new();
    let twice = requirements().into_iter().map(|one| one.id).filter(|id| !seen.insert(id.clone()));
    none("an id has one row", &twice.collect::<Vec<_>>());
}

#[test]
fn a_state_says_whether_the_requirement_is_built() {
    let is_state =
        |state: &str| matches!(state, "built" | "not yet") || state.starts_with("partly: ");
    let odd = requirements().into_iter().filter(|one| !is_state(&one.state));
    none(
        "the last column is `built`, `not yet`, or `partly: ` and what is missing",
        &odd.map(|one| format!("{}: {}", one.id, one.state)).collect::<Vec<_>>(),
    );
}

/// Prints the requirements that no test names, and fails if one of them is said to be built.
#[test]
fn a_built_requirement_has_a_test_that_names_it() {
    let tested: BTreeSet<String> = rust().iter().flat_map(rows).collect();
    let untested =
        requirements().into_iter().filter(|one| is_row(&one.id) && !tested.contains(&one.id));
    let (built, other): (Vec<_>, Vec<_>) = untested.partition(|one| one.state == "built");
    for Requirement { id, state } in other {
        println!("no test names {id}: {state}");
    }
    none(
        "a requirement is built if a test has its id at the front of its doc comment",
        &built.into_iter().map(|one| one.id).collect::<Vec<_>>(),
    );
}

#[test]
fn the_rule_itself_finds_ids() {
    let text = "/// I5, T4a: a thing (row S2, rows C1 and C8).\n//! Case d10. In ES256: no. P99: no, nor is L1.\n";
    let found = named(&Source { path: String::new(), text: text.to_owned() });
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["C1", "C8", "I5", "S2", "T4a"]);
    assert!(requirement("| I5 | Keys are types | built |").is_some());
    assert!(requirement("| id | requirement | state |").is_none());
}
