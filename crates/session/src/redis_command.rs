//! Builds Redis commands and their arguments.

use std::time::Duration;

use redis::Cmd;

/// Builds a command from its words and allocates its memory once. Worth it for commands that every request sends.
pub fn command<'w>(words: impl IntoIterator<Item = &'w str, IntoIter: Clone>) -> Cmd {
    let words = words.into_iter();
    let (number, length) =
        words.clone().fold((0, 0), |(number, length), word| (number + 1, length + word.len()));
    let mut command = Cmd::with_capacity(number, length);
    for word in words {
        command.arg(word);
    }
    command
}

/// The duration in milliseconds, the unit of `PEXPIRE` and `PX`.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
