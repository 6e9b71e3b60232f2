//! Strict parsing of JSON objects: an array is not accepted as an object, and no member may occur twice.

use serde::de::DeserializeOwned;

/// Parses an object. The check of the first byte is needed because serde also fills a struct from an array, by position.
pub(crate) fn object<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let begins = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    (begins == Some(&b'{')).then(|| serde_json::from_slice(bytes).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct One {
        a: u8,
    }

    #[test]
    fn only_a_json_object_is_read() {
        assert_eq!(object::<One>(b" {\"a\":1}"), Some(One { a: 1 }));
        for odd in ["[1]", "{\"a\":1,\"a\":2}", "{\"a\":1}x", "{}", "", "{\"a\":\"1\"}", "null"] {
            assert_eq!(object::<One>(odd.as_bytes()), None, "{odd}");
        }
    }
}
