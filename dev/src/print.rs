//! Output for the user at the terminal.

use std::{fmt::Display, io::Write, pin::pin, time::Duration};

use tokio::time::{Instant, timeout};

/// A step that takes longer gets a line when it begins, and one when it is done.
const LONG: Duration = Duration::from_secs(1);

/// Prints one line on stdout. Ignores a closed terminal, for which `println!` would panic.
pub fn print(text: impl Display) {
    let _closed_early = writeln!(std::io::stdout().lock(), "{text}");
}

/// Runs a step. If it is long, prints its name, and its name with the elapsed seconds when it has succeeded.
///
/// # Errors
/// The error of the step.
pub async fn timed<T, E>(name: &str, step: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let begun = Instant::now();
    let mut step = pin!(step);
    if let Ok(done) = timeout(LONG, &mut step).await {
        return done;
    }
    print(format_args!("{name} …"));
    let done = step.await?;
    print(format_args!("{name} … {} s", begun.elapsed().as_secs()));
    Ok(done)
}

/// Prints the stderr of another program, unless it is empty.
pub fn on_stderr(text: &str) {
    if !text.is_empty() {
        let _closed_early = writeln!(std::io::stderr().lock(), "{text}");
    }
}

/// Prints an error and its causes on stderr. Each hint is on its own line.
pub fn print_error(error: &anyhow::Error) {
    let mut hints = Vec::new();
    let mut causes = Vec::new();
    for cause in error.chain() {
        let text = cause.to_string();
        let (cause, hint) = text.split_once("\nhint: ").unwrap_or((&text, ""));
        causes.push(cause.to_owned());
        hints.extend((!hint.is_empty()).then(|| hint.to_owned()));
    }
    let mut stderr = std::io::stderr().lock();
    let _closed_early = writeln!(stderr, "error: {}", causes.join(": "));
    for hint in hints {
        let _closed_early = writeln!(stderr, "hint: {hint}");
    }
}
