//! Texts that must not appear in logs, metrics or spans: canaries, passwords, keys, session ids. One such line, or a panic, ends the whole run.

use std::{
    collections::HashSet,
    io::{self, Write},
    process::exit,
    sync::{LazyLock, Mutex, PoisonError},
};

use crate::Canary;

static RUN: LazyLock<Mutex<Run>> = LazyLock::new(Mutex::default);

/// The shortest secret of the tests has this many characters.
pub(crate) const SHORTEST: usize = 16;

/// The secrets that were sent to a server of this run or received from one, and the words that servers have logged.
#[derive(Default)]
struct Run {
    secrets: HashSet<String>,
    /// Secrets with characters that words do not have, for instance a key in Base64.
    phrases: Vec<String>,
    logged: HashSet<String>,
}

/// Registers a secret, and looks for it in everything that was logged before.
pub(crate) fn remember(secret: &str) {
    let mut run = RUN.lock().unwrap_or_else(PoisonError::into_inner);
    if words(secret).next().is_some_and(|word| word != secret) {
        // Phrases are registered before a process knows them, so earlier log lines cannot contain them.
        if !run.phrases.iter().any(|known| known == secret) {
            run.phrases.push(secret.to_owned());
        }
        return;
    }
    if run.secrets.insert(secret.to_owned()) && run.logged.contains(secret) {
        end_run(secret, "a secret before the test read it");
    }
}

/// Checks a line that a server logged or returned for every known secret, and keeps its words for secrets that are registered later.
pub fn logged(line: &str) {
    let mut run = RUN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(what) = problem_in(line, &run.secrets, &run.phrases) {
        end_run(line, what);
    }
    run.logged.extend(words(line).filter(|word| word.len() >= SHORTEST).map(str::to_owned));
}

/// Session ids and passwords consist of these characters, so looking up whole words finds them and is fast.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
}

/// Returns what is wrong with a line; `None` if it has no secret.
fn problem_in(line: &str, secrets: &HashSet<String>, phrases: &[String]) -> Option<&'static str> {
    if line.contains("panicked") {
        return Some("a panic");
    }
    if !Canary::all_in(line).is_empty() {
        return Some("personal data");
    }
    let leaks = words(line).any(|word| secrets.contains(word))
        || phrases.iter().any(|phrase| line.contains(phrase));
    leaks.then_some("a secret")
}

/// Ends the run. The running tests cannot know which of them caused the line, because they share the server.
fn end_run(line: &str, what: &str) {
    let _ = writeln!(io::stderr(), "error: a server logged {what}\n  {line}");
    exit(101);
}

#[test]
fn a_logged_secret_is_detected() {
    let secrets = HashSet::from(["abc_DEF-1".to_owned()]);
    let phrases = ["q83vASNFZ4k+/w==".to_owned()];
    let problem_in = |line: &str| problem_in(line, &secrets, &phrases);
    assert_eq!(problem_in("thread 'main' panicked at src/x.rs:1"), Some("a panic"));
    assert_eq!(problem_in(&format!("who={}@acme.example", Canary::fresh())), Some("personal data"));
    assert_eq!(problem_in("cookie=abc_DEF-1;"), Some("a secret"));
    assert_eq!(problem_in("key=q83vASNFZ4k+/w== "), Some("a secret"));
    assert_eq!(problem_in("http.request{status=200}"), None);
}
