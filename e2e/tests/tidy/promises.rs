//! Every requirement that this version promises has a test that names its row id.

use crate::{
    none,
    source::{Source, rust},
};

/// The rows that this version promises. A row is added together with its first test, and never removed.
const ROWS: [&str; 55] = [
    "C1", "C8", "C9", "G1", "G2", "G3", "G4", "G5", "G6", "G7", "G8", "G9", "G10", "G11", "G12",
    "G13", "G14", "I1", "I3", "I4", "I5", "I6", "I9", "I10", "O1", "O2", "O4", "O6", "O7", "O8",
    "P1", "P2", "P3", "P4", "P8", "R1", "R2", "S1", "S2", "S7", "T1", "T2", "T3", "T4a", "T4b",
    "T4d", "T4f", "T4g", "T4h", "T5", "T6", "T7", "T8", "T9", "T11",
];

/// The rows a test names: `/// C1, S7: what is true` above `#[test]` or `#[tokio::test]`.
pub(crate) fn rows(source: &Source) -> Vec<String> {
    let mut named = Vec::new();
    let mut pending: Vec<String> = Vec::new();
    for line in source.text.lines().map(str::trim) {
        if let Some(doc) = line.strip_prefix("///") {
            let ids = doc.split_once(':').map_or("", |(ids, _)| ids);
            pending.extend(ids.split(',').map(|id| id.trim().to_owned()).filter(|id| is_row(id)));
        } else if line.starts_with("#[") {
            if line.ends_with("test]") || line.contains("test(") {
                named.append(&mut pending);
            }
        } else {
            pending.clear();
        }
    }
    named
}

pub(crate) fn is_row(text: &str) -> bool {
    // Some rows have parts: T4a.
    let text = text.strip_suffix(|c: char| c.is_ascii_lowercase()).unwrap_or(text);
    let letters = text.trim_end_matches(|c: char| c.is_ascii_digit());
    letters.len() == 1 && letters.chars().all(|c| c.is_ascii_uppercase()) && text.len() > 1
}

#[test]
fn every_promised_row_has_a_test_that_names_it() {
    let named: Vec<String> = rust().iter().flat_map(rows).collect();
    let missing = ROWS.iter().filter(|row| !named.iter().any(|name| name == *row));
    none(
        "a promised row needs a test with the row's id at the front of its doc comment",
        &missing.map(|row| (*row).to_owned()).collect::<Vec<_>>(),
    );
}

#[test]
fn the_rule_itself_reads_ids() {
    let text = "/// S6, T4a: a thing.\n#[test]\nfn a() {}\n/// C1: no test.\nfn b() {}\n/// Note, A, a1: none.\n#[tokio::test]\n";
    assert_eq!(rows(&Source { path: String::new(), text: text.to_owned() }), ["S6", "T4a"]);
}
