//! What is printed when a command fails: what happened, why, and at the end what to do about it.

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
        // The items of a list stand as they are; anything else is a cause.
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
    fn hints_stand_last() {
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
