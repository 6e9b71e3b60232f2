//! What must never stand in a log: canaries, passwords, session ids. One such line, or a panic, ends the whole run.

use std::{
    collections::HashSet,
    io::{self, Write},
    process::exit,
    sync::{LazyLock, Mutex, PoisonError},
};

use crate::Canary;

static RUN: LazyLock<Mutex<Run>> = LazyLock::new(Mutex::default);

/// Everything that the servers of this run have logged, and every secret they were told or told us.
#[derive(Default)]
struct Run {
    secrets: HashSet<String>,
    lines: Vec<String>,
}

/// Notes a secret, and looks for it in what was logged before.
pub(crate) fn remember(secret: &str) {
    let mut run = RUN.lock().unwrap_or_else(PoisonError::into_inner);
    if run.secrets.insert(secret.to_owned()) {
        run.lines
            .iter()
            .filter(|line| line.contains(secret))
            .for_each(|line| refuse(line, "a secret"));
    }
}

/// Notes a line that a server logged, and looks for every secret in it.
pub(crate) fn logged(line: &str) {
    let mut run = RUN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(what) = offence(line, &run.secrets) {
        refuse(line, what);
    }
    run.lines.push(line.to_owned());
}

/// What is wrong with a line.
fn offence(line: &str, secrets: &HashSet<String>) -> Option<&'static str> {
    if line.contains("panicked") {
        return Some("a panic");
    }
    if !Canary::all_in(line).is_empty() {
        return Some("personal data");
    }
    // Session ids and passwords are single words of these characters, so looking the words up is enough and stays quick.
    let word = |c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_');
    line.split(word).any(|word| secrets.contains(word)).then_some("a secret")
}

/// The tests that are running could not say which of them caused it, and the shared server is not theirs: the run is over.
fn refuse(line: &str, what: &str) {
    let _ = writeln!(io::stderr(), "error: a server logged {what}\n  {line}");
    exit(101);
}

#[test]
fn an_offence_is_noticed() {
    let secrets = HashSet::from(["abc_DEF-1".to_owned()]);
    assert_eq!(offence("thread 'main' panicked at src/x.rs:1", &secrets), Some("a panic"));
    assert_eq!(
        offence(&format!("who={}@acme.example", Canary::fresh()), &secrets),
        Some("personal data")
    );
    assert_eq!(offence("cookie=abc_DEF-1;", &secrets), Some("a secret"));
    assert_eq!(offence("http.request{status=200}", &secrets), None);
}
