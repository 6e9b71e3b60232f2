//! The house rules as tests, so that no review has to repeat them.
#![expect(clippy::unwrap_used, reason = "a missing value fails the test that needs it")]

mod arrows;
mod circles;
mod commands;
mod dashboards;
mod links;
mod markup;
mod migrations;
mod operating;
mod places;
mod promises;
mod proofs;
mod published;
mod requirements;
mod routes;
mod source;
mod statements;
mod text;
mod tokens;
mod words;
mod writes;

/// Fails if there are offences. Prints the rule and one line for each offence, so that all can be fixed at once.
#[track_caller]
fn none(rule: &str, offences: &[String]) {
    assert!(offences.is_empty(), "{rule}\n  {}", offences.join("\n  "));
}
