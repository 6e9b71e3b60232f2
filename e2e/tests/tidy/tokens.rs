//! No token is read before it is verified: one file decodes the claims, and only after verifying the signature.

use crate::{
    none,
    source::{Source, files, rust},
};

/// Names in the JOSE library for reading a token, or its header, without verifying it. They are split in two, because otherwise this file would
/// break its own rule.
const UNVERIFIED: [&str; 4] = [
    concat!("insecure", "_d"),
    concat!("danger", "ous::"),
    concat!("decode", "_header"),
    concat!("disable_signature", "_validation"),
];

/// The one file that splits tokens into their parts.
const COMPACT: &str = "crates/token/src/compact.rs";
/// The one file that calls the library to verify a signature.
const SIGNATURES: &str = "crates/token/src/public_key.rs";

/// The files of the token crate that decode base64url. The last three decode keys, refresh tokens and PKCE challenges, none of which is signed.
const DECODE: [&str; 4] = [
    COMPACT,
    "crates/token/src/jwk.rs",
    "crates/token/src/refresh_token.rs",
    "crates/token/src/pkce.rs",
];

fn without_whitespace(source: &Source) -> String {
    source.text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The source files of the product and of the page, without their tests.
fn product() -> impl Iterator<Item = Source> {
    let is_test = |path: &str| path.contains("/tests/") || path.ends_with("_tests.rs");
    files(&["crates"], &[".rs"])
        .into_iter()
        .filter(move |source| !is_test(&source.path))
        .map(Source::without_tests)
}

/// T4d, T4e, T4f: no file, not even a test, uses the library's functions that skip the signature.
#[test]
fn nothing_is_decoded_without_its_signature() {
    let mut offences = Vec::new();
    for source in rust() {
        let found = UNVERIFIED.iter().filter(|word| source.text.contains(**word));
        offences.extend(found.map(|word| format!("{}: `{word}`", source.path)));
    }
    none("read a token with `token::KeyRing`, which verifies it first", &offences);
}

/// T4d, T4f: the product uses the library in one file, and only to verify signatures.
#[test]
fn the_library_only_verifies_signatures() {
    let uses = product().filter(|source| source.text.contains("jsonwebtoken"));
    let elsewhere: Vec<String> =
        uses.map(|source| source.path).filter(|path| path != SIGNATURES).collect();
    none("use the JOSE library only through `PublicKey::signed`", &elsewhere);
    let text = without_whitespace(&files(&[SIGNATURES], &[".rs"])[0]);
    assert_eq!(text.matches("jsonwebtoken::crypto::verify(").count(), 1, "update this test");
    assert!(!text.contains("jsonwebtoken::decode"), "claims are read in `{COMPACT}` only");
}

/// T4d, T4f: in the one file that splits tokens, the payload is decoded once, and after the signature is verified.
#[test]
fn the_payload_is_decoded_after_the_signature() {
    let text = without_whitespace(&files(&[COMPACT], &[".rs"])[0]);
    let payload = text.find("decode(self.payload)").expect("the payload is decoded in one place");
    let signature = text
        .find("if!key.signed(self.signed,self.signature){returnErr(InvalidToken::Signature)")
        .expect("the signature is verified in one place");
    assert!(signature < payload);
    assert_eq!(text.matches("self.payload").count(), 1, "the payload has another use");
}

/// T4d, T4f: no other file, in the server or in the page, both decodes base64url and splits a text at its dots.
#[test]
fn no_other_file_splits_and_decodes_tokens() {
    let apart =
        ["split('.')", "split_once('.')", "rsplit_once('.')", "splitn(3,'.')", "rsplitn(2,'.')"];
    let decodes = ["base64url::decode", "URL_SAFE_NO_PAD.decode", "URL_SAFE_NO_PAD", "atob("];
    let mut offences = Vec::new();
    for source in product() {
        let text = without_whitespace(&source);
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if source.path != COMPACT && has(&apart) && has(&decodes) {
            offences.push(source.path.clone());
        }
        let in_token = source.path.starts_with("crates/token/");
        if in_token && text.contains("base64url::decode") && !DECODE.contains(&source.path.as_str())
        {
            offences.push(source.path);
        }
    }
    none("only `compact.rs` of `token` may split a token", &offences);
}
