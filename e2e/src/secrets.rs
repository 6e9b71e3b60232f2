//! What must never stand in a log, a metric or a span: canaries, passwords, keys, session ids. One such line, or a panic, ends the whole run.

use std::{
    collections::HashSet,
    io::{self, Write},
    process::exit,
    sync::{LazyLock, Mutex, PoisonError},
};

use crate::Canary;

static RUN: LazyLock<Mutex<Run>> = LazyLock::new(Mutex::default);

/// No secret of the tests is shorter.
pub(crate) const SHORTEST: usize = 16;

/// Every secret that a server of this run was told or told us, and every word that one has logged.
#[derive(Default)]
struct Run {
    secrets: HashSet<String>,
    /// Secrets with other signs in them than words have, for instance a key in Base64.
    phrases: Vec<String>,
    logged: HashSet<String>,
}

/// Notes a secret, and looks for it in what was logged before.
pub(crate) fn remember(secret: &str) {
    let mut run = RUN.lock().unwrap_or_else(PoisonError::into_inner);
    if words(secret).next().is_some_and(|word| word != secret) {
        // Known before anything is started with it, so nothing said earlier can hold it.
        if !run.phrases.iter().any(|known| known == secret) {
            run.phrases.push(secret.to_owned());
        }
        return;
    }
    if run.secrets.insert(secret.to_owned()) && run.logged.contains(secret) {
        refuse(secret, "a secret before we knew it");
    }
}

/// Notes a line that a server logged or told in another way, and looks for every secret in it.
pub fn logged(line: &str) {
    let mut run = RUN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(what) = offence(line, &run.secrets, &run.phrases) {
        refuse(line, what);
    }
    run.logged.extend(words(line).filter(|word| word.len() >= SHORTEST).map(str::to_owned));
}

/// Session ids and passwords are single words of these characters, so looking words up is enough and stays quick.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
}

/// What is wrong with a line.
fn offence(line: &str, secrets: &HashSet<String>, phrases: &[String]) -> Option<&'static str> {
    if line.contains("panicked") {
        return Some("a panic");
    }
    if !Canary::all_in(line).is_empty() {
        return Some("personal data");
    }
    let tells = words(line).any(|word| secrets.contains(word))
        || phrases.iter().any(|phrase| line.contains(phrase));
    tells.then_some("a secret")
}

/// The tests that are running could not say which of them caused it, and the shared server is not theirs: the run is over.
fn refuse(line: &str, what: &str) {
    let _ = writeln!(io::stderr(), "error: a server logged {what}\n  {line}");
    exit(101);
}

#[test]
fn an_offence_is_noticed() {
    let secrets = HashSet::from(["abc_DEF-1".to_owned()]);
    let phrases = ["q83vASNFZ4k+/w==".to_owned()];
    let offence = |line: &str| offence(line, &secrets, &phrases);
    assert_eq!(offence("thread 'main' panicked at src/x.rs:1"), Some("a panic"));
    assert_eq!(offence(&format!("who={}@acme.example", Canary::fresh())), Some("personal data"));
    assert_eq!(offence("cookie=abc_DEF-1;"), Some("a secret"));
    assert_eq!(offence("key=q83vASNFZ4k+/w== "), Some("a secret"));
    assert_eq!(offence("http.request{status=200}"), None);
}
