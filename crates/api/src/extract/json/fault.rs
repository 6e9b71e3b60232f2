//! Errors of JSON documents. They name the field and never contain its value, which can be a password.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::{Error, error::Category};

/// The longest field name from a client that an error repeats, in bytes.
const LONGEST_NAME: usize = 64;

/// Why a document is invalid. Names are paths: `salary.amount`, `user_attributes[0].name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The document is not JSON. Line and column are counted from 1.
    Syntax {
        /// The line of the error.
        line: usize,
        /// The column of the error, in bytes.
        column: usize,
    },
    /// A required field is missing.
    Missing(String),
    /// A field is unknown; `None` if its name does not look like a field name.
    Unknown(Option<String>),
    /// A field is repeated.
    Repeated(String),
    /// A value has the wrong type, or is not one of the allowed values.
    Unexpected {
        /// The field; `None` if the document itself is wrong.
        name: Option<String>,
        /// What is expected, such as `a string`; `None` if serde does not say.
        expected: Option<String>,
    },
}

/// Parses a JSON document.
///
/// # Errors
/// The first [`Fault`] of the document.
pub(crate) fn from_slice<T: DeserializeOwned>(text: &[u8]) -> Result<T, Fault> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let read = serde_path_to_error::deserialize(&mut reader);
    let value = read.map_err(|error| Fault::of(&error.path().to_string(), error.inner()))?;
    reader.end().map_err(|error| Fault::of(ROOT, &error))?;
    Ok(value)
}

/// Converts a JSON value, which was parsed before.
///
/// # Errors
/// As [`from_slice`].
pub(crate) fn from_value<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, Fault> {
    serde_path_to_error::deserialize(value)
        .map_err(|error| Fault::of(&error.path().to_string(), error.inner()))
}

/// The path that `serde_path_to_error` writes for the document itself.
const ROOT: &str = ".";

impl Fault {
    /// Reads the fault from serde's text, because serde has no error kinds. The first words are the kind; the text after the last `, expected ` describes the
    /// type.
    fn of(path: &str, error: &Error) -> Self {
        if error.classify() != Category::Data {
            return Self::Syntax { line: error.line(), column: error.column() };
        }
        let text = error.to_string();
        if let Some(name) = quoted(&text, "missing field `") {
            return Self::Missing(beside(path, name));
        }
        if let Some(name) = quoted(&text, "duplicate field `") {
            return Self::Repeated(beside(path, name));
        }
        if let Some(name) = quoted(&text, "unknown field `") {
            return Self::Unknown(looks_like_a_name(name).then(|| beside(path, name)));
        }
        let expected = text.rsplit_once(", expected ").map(|(_, expected)| plain(expected));
        let name = (path != ROOT).then(|| shortened(path));
        Self::Unexpected { name, expected }
    }
}

fn quoted<'t>(text: &'t str, kind: &str) -> Option<&'t str> {
    text.strip_prefix(kind)?.split('`').next()
}

/// The path of the field `name`. `path` ends with the field itself or with the object that contains it, whichever was read last.
fn beside(path: &str, name: &str) -> String {
    let within = path.strip_suffix(name).map_or(path, |before| before.trim_end_matches('.'));
    let path = if within == ROOT || within.is_empty() {
        name.to_owned()
    } else {
        format!("{within}.{name}")
    };
    shortened(&path)
}

/// Cuts a path before the first part that does not look like a name, so that an error repeats no other text of the client.
fn shortened(path: &str) -> String {
    let mut known = Vec::new();
    for part in path.split('.') {
        let (name, _) = part.split_once('[').unwrap_or((part, ""));
        if !looks_like_a_name(name) {
            break;
        }
        known.push(part);
    }
    if known.is_empty() { "a field".to_owned() } else { known.join(".") }
}

fn looks_like_a_name(text: &str) -> bool {
    let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    letters && (1..=LONGEST_NAME).contains(&text.len())
}

/// Translates serde's name of a type into a word of JSON.
fn plain(expected: &str) -> String {
    let expected = expected.rsplit_once(" at line ").map_or(expected, |(text, _)| text);
    let words = match expected {
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a sequence" => "an array",
        "a map" => "an object",
        text if text.starts_with("struct ") => "an object",
        text => text,
    };
    words.to_owned()
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { line, column } => {
                write!(f, "The body is not JSON (line {line}, column {column})")
            }
            Self::Missing(name) => write!(f, "`{name}` is missing"),
            Self::Unknown(Some(name)) => write!(f, "Unknown field `{name}`"),
            Self::Unknown(None) => f.write_str("The body has an unknown field"),
            Self::Repeated(name) => write!(f, "Repeated field `{name}`: send it once"),
            Self::Unexpected { name, expected } => {
                match name {
                    Some(name) => write!(f, "Invalid `{name}`")?,
                    None => f.write_str("Invalid body")?,
                }
                match expected {
                    Some(expected) => write!(f, ": expected {expected}"),
                    None => Ok(()),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "the tests look only at errors")]
    struct Person {
        name: String,
        hours: Option<u32>,
        #[serde(default)]
        pay: Vec<Pay>,
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "the tests look only at errors")]
    struct Pay {
        amount: i64,
        due: bool,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Fixed,
        Open,
    }

    fn message(text: &str) -> String {
        from_slice::<Person>(text.as_bytes()).expect_err(text).to_string()
    }

    /// T6: a missing, an unknown, a repeated and a wrongly typed field have different messages, each with the field's name.
    #[test]
    fn every_fault_names_its_field() {
        for (text, expected) in [
            ("{}", "`name` is missing"),
            (r#"{"name":"a","pay":[{"due":true}]}"#, "`pay[0].amount` is missing"),
            (r#"{"name":"a","middle_name":"b"}"#, "Unknown field `middle_name`"),
            (r#"{"name":"a","pay":[{"amount":1,"due":true,"x":1}]}"#, "Unknown field `pay[0].x`"),
            (r#"{"name":"a","name":"b"}"#, "Repeated field `name`: send it once"),
            (r#"{"name":null}"#, "Invalid `name`: expected a string"),
            (r#"{"name":"a","hours":37.5}"#, "Invalid `hours`: expected a whole number"),
            (r#"{"name":"a","hours":-1}"#, "Invalid `hours`: expected a whole number"),
            (
                r#"{"name":"a","pay":[{"amount":1,"due":"yes"}]}"#,
                "Invalid `pay[0].due`: expected true or false",
            ),
            (r#"{"name":"a","pay":{}}"#, "Invalid `pay`: expected an array"),
            (r#"{"name":"a","kind":"shut"}"#, "Invalid `kind`: expected `fixed` or `open`"),
            (r#""name""#, "Invalid body: expected an object"),
            ("{\n\"name\":", "The body is not JSON (line 2, column 7)"),
            (r#"{"name":"a"} x"#, "The body is not JSON (line 1, column 14)"),
        ] {
            assert_eq!(message(text), expected, "{text}");
        }
        let value = serde_json::json!({ "name": "a", "pay": [{ "amount": "1" }] });
        let fault = from_value::<Person>(value).expect_err("the amount is a text");
        assert_eq!(fault.to_string(), "Invalid `pay[0].amount`: expected a whole number");
    }

    /// T6: an error repeats no part of a value, and a field's name only if it looks like one.
    #[test]
    fn no_fault_repeats_a_value() {
        for text in [
            r#"{"name":["s3cret"]}"#,
            r#"{"name":"a","hours":"s3cret, expected u32"}"#,
            r#"{"name":"a","hours":"s3cret` at line 1"}"#,
            r#"{"name":"a","kind":"s3cret, expected one of `x`"}"#,
            r#"{"name":"a","kind":{"s3cret!":1}}"#,
            r#"{"name":"a","s3cret-s3cret":1}"#,
            r#"{"s3cret\u0000":1}"#,
            r#""s3cret""#,
            r#"{"name":"s3cret"#,
        ] {
            let message = message(text);
            assert!(!message.contains("s3cret"), "{text}: {message}");
        }
        let long = format!(r#"{{"{}":1}}"#, "n".repeat(LONGEST_NAME + 1));
        assert_eq!(message(&long), "The body has an unknown field");
    }
}
