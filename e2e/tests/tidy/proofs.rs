//! The pages that promise something name the tests that show it, and every test that they name exists.

use std::{collections::BTreeSet, mem};

use crate::{
    none,
    requirements::requirements,
    source::{Source, files, rust},
};

const THREAT_MODEL: &str = "docs/threat-model.md";
const LESSON: &str = "docs/lesson.md";
const SESSIONS: &str = "docs/sessions.md";

/// The heading of the column that names the tests.
const COLUMN: &str = "shown by";

/// Stands before the ids of the requirements that an item of [`LESSON`] waits for: `Not built yet (C3, S10)`.
const NOT_BUILT: &str = "Not built yet (";

/// The fewest words of a test's name outside of the column. Shorter names there are fields, claims and parameters.
const FEWEST_WORDS: usize = 4;

/// The last cell of every row of the tables that have a column [`COLUMN`], with the row it stands in.
fn proofs(page: &str) -> Vec<(String, String)> {
    let mut proofs = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let last = cells.last().copied().unwrap_or_default();
        if !line.starts_with('|') {
            inside = false;
        } else if last == COLUMN {
            inside = true;
        } else if inside && !line.starts_with("|---") {
            proofs.push((line.to_owned(), last.to_owned()));
        }
    }
    proofs
}

/// The words between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The tests that a cell of the column names: all that is quoted there, except for commands and paths.
fn named(cell: &str) -> impl Iterator<Item = &str> {
    quoted(cell).filter(|name| !name.contains([' ', '/']))
}

/// Whether the text is spelled like the name of a test, which is a sentence.
fn is_sentence(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    // Metrics have this prefix.
    let is_metric = text.starts_with("watertight_");
    !is_metric && text.split('_').count() >= FEWEST_WORDS && text.split('_').all(is_word)
}

/// The ids after each [`NOT_BUILT`].
fn not_built(text: &str) -> impl Iterator<Item = &str> {
    let lists = text.split(NOT_BUILT).skip(1).filter_map(|rest| rest.split(')').next());
    lists.flat_map(|list| list.split(", "))
}

/// The names of all tests: the functions after an attribute such as `#[test]` or `#[tokio::test(…)]`.
fn tests(sources: &[Source]) -> BTreeSet<&str> {
    let mut tests = BTreeSet::new();
    for source in sources {
        let mut is_test = false;
        for line in source.text.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
            if line.starts_with("#[") {
                is_test |= line.ends_with("test]") || line.contains("test(");
            } else if let Some((_, after)) = line.split_once("fn ")
                && mem::take(&mut is_test)
            {
                tests.extend(after.split(['(', '<']).next());
            }
        }
    }
    tests
}

fn page(path: &str) -> String {
    files(&[path], &[".md"]).remove(0).text
}

/// The names on the page that are not the names of tests.
fn unknown(page: &str, known: &BTreeSet<&str>) -> Vec<String> {
    let proofs = proofs(page);
    let in_text = page.lines().flat_map(quoted).filter(|name| is_sentence(name));
    let in_column = proofs.iter().flat_map(|(_, cell)| named(cell));
    let unknown: BTreeSet<&str> =
        in_text.chain(in_column).filter(|name| !known.contains(name)).collect();
    unknown.into_iter().map(|name| format!("`{name}` is not a test of this repository")).collect()
}

#[test]
fn every_defence_of_the_threat_model_names_a_test_that_exists() {
    let (page, sources) = (page(THREAT_MODEL), rust());
    let proofs = proofs(&page);
    assert!(proofs.len() > 20, "the rule reads the wrong tables: {} rows", proofs.len());
    let bare = proofs.iter().filter(|(_, cell)| named(cell).next().is_none());
    let mut offences: Vec<String> = bare.map(|(row, _)| format!("no test: {row}")).collect();
    offences.extend(unknown(&page, &tests(&sources)));
    none(&format!("{THREAT_MODEL} must name an existing test for every defence"), &offences);
}

#[test]
fn every_item_of_the_lesson_names_a_test_that_exists_or_is_not_built() {
    let (page, sources) = (page(LESSON), rust());
    let proofs = proofs(&page);
    assert!(proofs.len() > 80, "the rule reads the wrong tables: {} rows", proofs.len());
    let bare = proofs
        .iter()
        .filter(|(row, cell)| named(cell).next().is_none() && not_built(row).next().is_none());
    let mut offences: Vec<String> = bare.map(|(row, _)| format!("no test: {row}")).collect();
    offences.extend(unknown(&page, &tests(&sources)));
    none(
        &format!("{LESSON} must name an existing test for every item, or say `{NOT_BUILT}…)`"),
        &offences,
    );
}

#[test]
fn what_the_lesson_calls_not_built_is_not_built() {
    let (page, requirements) = (page(LESSON), requirements());
    let ids: BTreeSet<&str> = not_built(&page).collect();
    assert!(!ids.is_empty(), "the rule reads the wrong page");
    let waits = |id: &str| requirements.iter().any(|one| one.id == id && one.state != "built");
    let wrong = ids.into_iter().filter(|id| !waits(id));
    none(
        &format!("say in {LESSON} what the product does now: the requirement is built or unknown"),
        &wrong.map(str::to_owned).collect::<Vec<_>>(),
    );
}

#[test]
fn every_test_of_a_session_store_exists() {
    let (page, sources) = (page(SESSIONS), rust());
    none(
        &format!("{SESSIONS} names a test that does not exist"),
        &unknown(&page, &tests(&sources)),
    );
}

#[test]
fn the_rule_itself_reads_the_last_column() {
    let page = "| a | shown by |\n|---|---|\n| x | `one`, `just x`, `/x`, `two` |\n| y | |\n\n| a | b |\n|---|---|\n| x | `no` |\n";
    let proofs = proofs(page);
    assert_eq!(proofs.len(), 2);
    assert_eq!(named(&proofs[0].1).collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(proofs[1].1, "");
}

#[test]
fn the_rule_itself_reads_names_and_ids() {
    assert!(is_sentence("a_node_is_killed") && !is_sentence("employee_list"));
    assert!(!is_sentence("WATERTIGHT_PUBLIC_URL_X") && !is_sentence("a_b__c"));
    let text = "Not built yet (C3, S10): x. Not built yet (I7)";
    assert_eq!(not_built(text).collect::<Vec<_>>(), ["C3", "S10", "I7"]);
    let text = "#[test]\n// fn no()\nfn one() {}\nfn two() {}\n#[tokio::test(flavor = \"x\")]\nasync fn three<T>() {}\n#[cfg(test)]\nfn four() {}\n";
    let sources = [Source { path: String::new(), text: text.to_owned() }];
    assert_eq!(tests(&sources), BTreeSet::from(["one", "three"]));
}
