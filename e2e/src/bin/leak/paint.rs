//! Colours for the terminal. Output is plain text with `NO_COLOR` (no-color.org), in a pipe and on a dumb terminal.

use std::{
    env,
    io::{IsTerminal, stdout},
};

/// Adds colours to text, if wanted. Colour is never the only sign, so plain text loses no information.
#[derive(Clone, Copy)]
pub(crate) struct Paint {
    colour: bool,
}

impl Paint {
    pub(crate) fn of_this_terminal() -> Self {
        let unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
        Self { colour: stdout().is_terminal() && !unwanted && !dumb }
    }

    /// Never adds colours.
    #[cfg(test)]
    pub(crate) fn none() -> Self {
        Self { colour: false }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    pub(crate) fn good(self, text: &str) -> String {
        self.with("1;32", text)
    }

    pub(crate) fn bad(self, text: &str) -> String {
        self.with("1;31", text)
    }

    /// In the company's colour, the same as on its pages.
    pub(crate) fn of_company(self, company: &str, text: &str) -> String {
        let code = match company {
            "BetaCo" => "38;5;208",
            "GammaCorp" => "38;5;99",
            _ => "38;5;33",
        };
        self.with(code, text)
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
