//! Every defence that `docs/threat-model.md` claims names a test, and every test that it names exists.

use std::collections::BTreeSet;

use crate::{
    none,
    source::{Source, files, rust},
};

const PAGE: &str = "docs/threat-model.md";
/// The heading of the column that names the tests.
const COLUMN: &str = "shown by";

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
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// The names of all functions of the checkout.
fn functions(sources: &[Source]) -> BTreeSet<&str> {
    let after = sources.iter().flat_map(|source| source.text.split("fn ").skip(1));
    after.filter_map(|rest| rest.split(['(', '<']).next()).collect()
}

#[test]
fn every_defence_of_the_threat_model_names_a_test_that_exists() {
    let page = files(&[PAGE], &[".md"]).remove(0);
    let (proofs, sources) = (proofs(&page.text), rust());
    assert!(proofs.len() > 20, "the rule reads the wrong tables: {} rows", proofs.len());
    let known = functions(&sources);
    let mut offences = Vec::new();
    for (row, cell) in proofs {
        if quoted(&cell).next().is_none() {
            offences.push(format!("no test: {row}"));
        }
        let missing = quoted(&cell).filter(|name| !known.contains(name));
        offences
            .extend(missing.map(|name| format!("`{name}` is not a function of this repository")));
    }
    none(&format!("{PAGE} must name an existing test for every defence"), &offences);
}

#[test]
fn the_rule_itself_reads_the_last_column() {
    let page =
        "| a | shown by |\n|---|---|\n| x | `one`, `two` |\n\n| a | b |\n|---|---|\n| x | `no` |\n";
    let proofs = proofs(page);
    assert_eq!(proofs.len(), 1);
    assert_eq!(quoted(&proofs[0].1).collect::<Vec<_>>(), ["one", "two"]);
}
