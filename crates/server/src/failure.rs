//! Prints the error of a failed command: first the error, then its causes, then hints.

use std::process::ExitCode;

/// Prints the error with its causes, hints last, on standard error.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    eprintln!("{}", text(error));
    ExitCode::FAILURE
}

fn text(error: &anyhow::Error) -> String {
    let messages: Vec<String> = error.chain().map(ToString::to_string).collect();
    let lines = messages.iter().flat_map(|message| message.lines());
    let (hints, mut said): (Vec<&str>, Vec<&str>) =
        lines.partition(|line| line.starts_with("hint: "));
    said.dedup();
    let mut text = format!("error: {}", said.first().unwrap_or(&"unknown"));
    for line in said.iter().skip(1) {
        // A line that begins with `- ` is an item of a list. Any other line is a cause.
        text.push_str(if line.starts_with("- ") { "\n  " } else { "\n  because " });
        text.push_str(line);
    }
    for hint in hints {
        text.push('\n');
        text.push_str(hint);
    }
    text
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn hints_are_printed_last() {
        let error = Err::<(), _>(anyhow::anyhow!("connection refused"))
            .context("hint: start Redis")
            .context("the session store does not answer\nhint: or look there")
            .unwrap_err();
        assert_eq!(
            text(&error),
            "error: the session store does not answer\n  because connection refused\nhint: or look there\nhint: start Redis"
        );
    }
}
