//! Parses `Set-Cookie` with its attributes.

use std::collections::BTreeMap;

/// A cookie as a server sets it (RFC 6265 §4.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie {
    /// The cookie's name.
    pub name: String,
    /// The cookie's value.
    pub value: String,
    /// The attributes, with names in lower case. An attribute without a value is empty.
    pub attributes: BTreeMap<String, String>,
}

impl SetCookie {
    /// Parses one `Set-Cookie` header.
    ///
    /// # Panics
    /// If the cookie has no name, or has an attribute twice.
    pub fn parse(line: &str) -> Self {
        let mut parts = line.split(';').map(str::trim);
        let (name, value) =
            parts.next().and_then(|pair| pair.split_once('=')).expect("a name and a value");
        let mut attributes = BTreeMap::new();
        for part in parts {
            let (attribute, value) = part.split_once('=').unwrap_or((part, ""));
            let twice = attributes.insert(attribute.to_ascii_lowercase(), value.to_owned());
            assert!(twice.is_none(), "`{attribute}` twice in `{line}`");
        }
        Self { name: name.to_owned(), value: value.to_owned(), attributes }
    }

    /// The attributes as text, sorted by name: `httponly; max-age=86400; path=/; samesite=Lax; secure`.
    pub fn attributes(&self) -> String {
        let text = |(name, value): (&String, &String)| {
            if value.is_empty() { name.clone() } else { format!("{name}={value}") }
        };
        self.attributes.iter().map(text).collect::<Vec<_>>().join("; ")
    }
}
