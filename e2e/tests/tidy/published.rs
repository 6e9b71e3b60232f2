//! G6: every secret that is published in this repository is one that the product refuses at a public address.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    none,
    source::{Source, files},
};

/// The file that lists the secrets that the product refuses.
const LIST: &str = "crates/server/src/config/published.rs";
/// Test vectors, computed by AWS' own library for known inputs. Their keys protect nothing.
const VECTORS: &str = "crates/credential/src/srp/vectors.rs";
/// The name endings of files that are deployed, run, or copied from.
const ENDINGS: [&str; 13] = [
    ".rs",
    ".toml",
    ".yaml",
    ".yml",
    ".sh",
    ".md",
    ".sql",
    ".json",
    ".py",
    ".mjs",
    "justfile",
    "Dockerfile",
    "run",
];

/// This file: its own test contains invented secrets.
const THIS: &str = "e2e/tests/tidy/published.rs";

fn sources() -> Vec<Source> {
    let all = files(&["."], &ENDINGS).into_iter();
    all.filter(|source| ![LIST, VECTORS, THIS].contains(&source.path.as_str())).collect()
}

fn refused() -> Vec<String> {
    files(&[LIST], &[".rs"]).remove(0).without_tests().literals()
}

/// The words of the text that are 32 bytes in base64: the form of a root key.
fn keys(text: &str) -> impl Iterator<Item = &str> {
    let in_base64 = |c: char| c.is_ascii_alphanumeric() || ['+', '/', '='].contains(&c);
    text.split(move |c| !in_base64(c))
        // At this point `NAME=value` is still one word.
        .flat_map(|word| [word, word.split_once('=').map_or("", |(_, value)| value)])
        .filter(|word| word.len() == 44)
        .filter(|word| STANDARD.decode(word).is_ok_and(|bytes| bytes.len() == 32))
}

/// The values of password variables in a file: `NAME_PASSWORD:-value}`, `NAME_PASSWORD=value`, `NAME_PASSWORD: value`, `NAME_PASSWORD", "value"`.
fn passwords(text: &str) -> impl Iterator<Item = &str> {
    text.split("_PASSWORD").skip(1).filter_map(|after| {
        let value = [":-", "=", ": ", "\", \""].iter().find_map(|sign| after.strip_prefix(sign))?;
        let end = value.find(|c: char| c.is_whitespace() || "\"'`}),".contains(c));
        let value = &value[..end.unwrap_or(value.len())];
        // A reference to another variable or a placeholder is not a password.
        let literal = !value.starts_with(['$', '…', '&', '{', '<']) && !value.is_empty();
        (literal && value.chars().any(|c| c.is_ascii_lowercase())).then_some(value)
    })
}

#[test]
fn every_root_key_of_the_repository_is_refused_at_a_public_address() {
    let refused = refused();
    let mut found = 0;
    let mut missing = Vec::new();
    for source in sources() {
        for key in keys(&source.text) {
            found += 1;
            if !refused.iter().any(|known| known == key) {
                missing.push(format!("{}: {key}", source.path));
            }
        }
    }
    assert!(found > 0, "no root key was found: the rule reads the wrong files");
    none("add every root key in this repository to the list in `config/published.rs`", &missing);
}

#[test]
fn every_password_of_the_repository_is_refused_at_a_public_address() {
    let refused = refused();
    let mut found = 0;
    let mut missing = Vec::new();
    for source in sources() {
        for password in passwords(&source.text) {
            found += 1;
            if !refused.iter().any(|known| known == password) {
                missing.push(format!("{}: {password}", source.path));
            }
        }
    }
    assert!(found > 0, "no password was found: the rule reads the wrong files");
    none("add every password in this repository to the list in `config/published.rs`", &missing);
}

#[test]
fn the_rules_themselves_find_secrets() {
    let key = STANDARD.encode([7; 32]);
    let text = format!("A={key}\nB: ${{B:-{key}}}\n\"{key}\" A{key} {}", &key[1..]);
    assert_eq!(keys(&text).collect::<Vec<_>>(), [&key; 3]);
    let text = "A_PASSWORD: ${A_PASSWORD:-one}\nB_PASSWORD=two\n(\"C_PASSWORD\", \"three\") D_PASSWORD=$D `E_PASSWORD`";
    assert_eq!(passwords(text).collect::<Vec<_>>(), ["one", "two", "three"]);
}
