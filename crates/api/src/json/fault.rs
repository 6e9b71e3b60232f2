//! What is wrong with a JSON document, told by the name of the field and never by its value, which can be a password.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::{Error, error::Category};

/// The longest field name of a client's that is repeated to it.
const LONGEST_NAME: usize = 64;

/// Why a document is not what was expected. Names are paths: `salary.amount`, `user_attributes[0].name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is not JSON; where, counted from 1.
    Syntax {
        /// The line.
        line: usize,
        /// The column, in bytes.
        column: usize,
    },
    /// A field that is required is not there.
    Missing(String),
    /// There is no such field; `None` if the name does not look like one.
    Unknown(Option<String>),
    /// A field is there more than once.
    Repeated(String),
    /// A value is of another type, or none of those that are allowed. Without a name it is the document itself.
    Unexpected {
        /// The field.
        name: Option<String>,
        /// What is expected, such as `a string`; `None` if only the type knows.
        expected: Option<String>,
    },
}

/// Reads a document.
///
/// # Errors
/// The first [`Fault`].
pub(crate) fn from_slice<T: DeserializeOwned>(text: &[u8]) -> Result<T, Fault> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let read = serde_path_to_error::deserialize(&mut reader);
    let value = read.map_err(|error| Fault::of(&error.path().to_string(), error.inner()))?;
    reader.end().map_err(|error| Fault::of(ROOT, &error))?;
    Ok(value)
}

/// Reads a document that was parsed already.
///
/// # Errors
/// As [`from_slice`].
pub(crate) fn from_value<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, Fault> {
    serde_path_to_error::deserialize(value)
        .map_err(|error| Fault::of(&error.path().to_string(), error.inner()))
}

/// How `serde_path_to_error` writes the document itself.
const ROOT: &str = ".";

impl Fault {
    /// serde has no error kinds, only texts: their first words are the kind, and what stands behind the last `, expected ` is the type's own text.
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

/// A name as a path. A path ends with the field itself or with the object that holds it, whichever was read last.
fn beside(path: &str, name: &str) -> String {
    let within = path.strip_suffix(name).map_or(path, |before| before.trim_end_matches('.'));
    let path = if within == ROOT || within.is_empty() {
        name.to_owned()
    } else {
        format!("{within}.{name}")
    };
    shortened(&path)
}

/// A path in which every part looks like a name, so that no text of the client's is repeated that is none.
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

/// The words of a type in those of JSON.
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
            Self::Unknown(Some(name)) => write!(f, "`{name}` is not a field here"),
            Self::Unknown(None) => f.write_str("The body has a field that is not known here"),
            Self::Repeated(name) => write!(f, "`{name}` is there more than once"),
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
    #[expect(dead_code, reason = "only what is wrong with them is looked at")]
    struct Person {
        name: String,
        hours: Option<u32>,
        #[serde(default)]
        pay: Vec<Pay>,
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only what is wrong with them is looked at")]
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

    fn told(text: &str) -> String {
        from_slice::<Person>(text.as_bytes()).expect_err(text).to_string()
    }

    /// T6: what is missing, unknown, repeated and of the wrong type are different messages, each with the field's name.
    #[test]
    fn every_fault_names_its_field() {
        for (text, message) in [
            ("{}", "`name` is missing"),
            (r#"{"name":"a","pay":[{"due":true}]}"#, "`pay[0].amount` is missing"),
            (r#"{"name":"a","middle_name":"b"}"#, "`middle_name` is not a field here"),
            (
                r#"{"name":"a","pay":[{"amount":1,"due":true,"x":1}]}"#,
                "`pay[0].x` is not a field here",
            ),
            (r#"{"name":"a","name":"b"}"#, "`name` is there more than once"),
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
            assert_eq!(told(text), message, "{text}");
        }
        let value = serde_json::json!({ "name": "a", "pay": [{ "amount": "1" }] });
        let fault = from_value::<Person>(value).expect_err("the amount is a text");
        assert_eq!(fault.to_string(), "Invalid `pay[0].amount`: expected a whole number");
    }

    /// T6: nothing of a value is repeated, and a name only if it looks like one.
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
            let told = told(text);
            assert!(!told.contains("s3cret"), "{text}: {told}");
        }
        let long = format!(r#"{{"{}":1}}"#, "n".repeat(LONGEST_NAME + 1));
        assert_eq!(told(&long), "The body has a field that is not known here");
    }
}
