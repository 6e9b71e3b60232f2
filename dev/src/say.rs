//! What is said to the person at the terminal.

use std::{fmt::Display, io::Write};

/// Says one line on stdout. A terminal that has gone away is no reason to stop, and `println!` would panic there.
pub fn say(text: impl Display) {
    let _gone = writeln!(std::io::stdout().lock(), "{text}");
}

/// Passes on what a program said on stderr, if it said anything.
pub fn on_stderr(text: &str) {
    if !text.is_empty() {
        let _gone = writeln!(std::io::stderr().lock(), "{text}");
    }
}

/// Says what went wrong on stderr, with its causes; a hint stands on a line of its own.
pub fn complain(error: &anyhow::Error) {
    let mut hints = Vec::new();
    let mut causes = Vec::new();
    for cause in error.chain() {
        let text = cause.to_string();
        let (cause, hint) = text.split_once("\nhint: ").unwrap_or((&text, ""));
        causes.push(cause.to_owned());
        hints.extend((!hint.is_empty()).then(|| hint.to_owned()));
    }
    let mut stderr = std::io::stderr().lock();
    let _gone = writeln!(stderr, "error: {}", causes.join(": "));
    for hint in hints {
        let _gone = writeln!(stderr, "hint: {hint}");
    }
}
