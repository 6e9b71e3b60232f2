//! The house rules as tests: what a review would say every time is said here once.
#![expect(clippy::unwrap_used, reason = "what is missing here fails the test that wants it")]

mod arrows;
mod commands;
mod links;
mod markup;
mod migrations;
mod operating;
mod places;
mod promises;
mod published;
mod routes;
mod source;
mod statements;
mod text;
mod threat_model;
mod tokens;
mod writes;

/// Fails with one line for each offence, so that all are mended in one go.
#[track_caller]
fn none(rule: &str, offences: &[String]) {
    assert!(offences.is_empty(), "{rule}\n  {}", offences.join("\n  "));
}
