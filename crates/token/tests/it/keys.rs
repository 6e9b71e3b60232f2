//! Strict parsing of keys and of key sets (row T4a).

use serde_json::{Value, json};
use token::{InvalidJwk, InvalidJwkSet, JwkSet, PublicKey};

use crate::pool::{ACME, BETACO, Key};

fn read(key: &Value) -> Result<(), InvalidJwk> {
    PublicKey::from_jwk(key.to_string().as_bytes()).map(|_| ())
}

fn set(keys: &[&Value]) -> Result<usize, InvalidJwkSet> {
    JwkSet::parse(json!({"keys": keys}).to_string().as_bytes()).map(|set| set.keys().len())
}

/// T4a: a key is refused if a member is missing, contradicts another, or is private key material.
#[test]
fn an_invalid_key_is_refused() {
    let [rsa, ec] = [&ACME.access.jwk, &BETACO.access.jwk];
    for good in [rsa, ec] {
        assert_eq!(read(good), Ok(()));
    }
    let letters = rsa["n"].as_str().unwrap();
    for (key, name, value, reason) in [
        (rsa, "kty", json!("EC"), InvalidJwk::Algorithm),
        (rsa, "kty", json!("OKP"), InvalidJwk::Algorithm),
        (rsa, "kty", json!("oct"), InvalidJwk::Secret),
        (rsa, "kty", json!(null), InvalidJwk::NotAJwk),
        (rsa, "alg", json!("ES256"), InvalidJwk::Algorithm),
        (rsa, "alg", json!("RS512"), InvalidJwk::Algorithm),
        (rsa, "alg", json!("none"), InvalidJwk::Algorithm),
        (rsa, "alg", json!("HS256"), InvalidJwk::Algorithm),
        (rsa, "crv", json!("P-256"), InvalidJwk::Algorithm),
        (rsa, "x", ec["x"].clone(), InvalidJwk::Algorithm),
        (ec, "n", rsa["n"].clone(), InvalidJwk::Algorithm),
        (ec, "crv", json!("P-384"), InvalidJwk::Algorithm),
        (ec, "crv", json!("secp256k1"), InvalidJwk::Algorithm),
        (ec, "crv", json!(null), InvalidJwk::Algorithm),
        (rsa, "use", json!("enc"), InvalidJwk::Use),
        (rsa, "use", json!("SIG"), InvalidJwk::Use),
        (rsa, "key_ops", json!(["encrypt"]), InvalidJwk::Use),
        (rsa, "key_ops", json!(["verify", "encrypt"]), InvalidJwk::Use),
        (rsa, "key_ops", json!([]), InvalidJwk::Use),
        (rsa, "key_ops", json!("verify"), InvalidJwk::NotAJwk),
        (rsa, "kid", json!(null), InvalidJwk::KeyId),
        (rsa, "kid", json!(""), InvalidJwk::KeyId),
        (rsa, "kid", json!("a b"), InvalidJwk::KeyId),
        (rsa, "e", json!("AQ"), InvalidJwk::Exponent),
        (rsa, "e", json!("Aw"), InvalidJwk::Exponent),
        (rsa, "e", json!("AAEAAQ"), InvalidJwk::Encoding),
        (rsa, "e", json!("AQAB="), InvalidJwk::Encoding),
        (rsa, "e", json!(65537), InvalidJwk::NotAJwk),
        (rsa, "n", json!(&letters[..169]), InvalidJwk::Encoding),
        (rsa, "n", json!(&letters[..168]), InvalidJwk::Size),
        (rsa, "n", json!(format!("AAAA{letters}")), InvalidJwk::Encoding),
        (rsa, "n", json!(null), InvalidJwk::Encoding),
        (ec, "x", json!("AAAA"), InvalidJwk::Encoding),
        (ec, "x", json!("A".repeat(43)), InvalidJwk::Point),
        (ec, "y", ec["x"].clone(), InvalidJwk::Point),
    ] {
        let mut odd = key.clone();
        odd[name] = value.clone();
        assert_eq!(read(&odd), Err(reason), "{name}: {value}");
    }
    for secret in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        let mut odd = rsa.clone();
        odd[secret] = json!("AAAA");
        assert_eq!(read(&odd), Err(InvalidJwk::Secret), "{secret}");
    }
}

/// T4a: unknown members of a JWK that are not secret are ignored.
#[test]
fn a_key_with_its_certificate_is_read() {
    let mut key = ACME.access.jwk.clone();
    (key["use"], key["alg"], key["key_ops"]) = (json!("sig"), json!("RS256"), json!(["verify"]));
    (key["x5c"], key["x5t"], key["issuer"]) = (json!(["MIIB"]), json!("AAAA"), json!("somebody"));
    assert_eq!(read(&key), Ok(()));
}

/// T4a: a set is refused if one key is invalid, if two keys have the same `kid`, or if it is too long.
#[test]
fn an_invalid_key_set_is_refused() {
    let [one, two] = [&ACME.access.jwk, &ACME.id.jwk];
    assert_eq!(set(&[one, two]), Ok(2));
    assert_eq!(set(&[]), Ok(0));
    assert_eq!(set(&[one, one]), Err(InvalidJwkSet::Duplicate));
    let mut named = Key::p256().jwk;
    named["kid"] = one["kid"].clone();
    assert_eq!(set(&[one, &named]), Err(InvalidJwkSet::Duplicate));
    let secret = json!({"kty": "oct", "kid": "secret", "k": "AAAA"});
    assert_eq!(set(&[one, &secret]), Err(InvalidJwkSet::Key(InvalidJwk::Secret)));
    assert_eq!(set(&vec![one; 65]), Err(InvalidJwkSet::TooLong));
    let parse = |text: &str| JwkSet::parse(text.as_bytes()).map(|_| ());
    assert_eq!(parse(&format!("{}{one}", " ".repeat(128 * 1024))), Err(InvalidJwkSet::TooLong));
    let fields = format!("[{},{},{}]", one["kty"], one["kid"], one["n"]);
    for odd in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"keys":{}}"#,
        r#"{"keys":null}"#,
        &format!("[{one}]"),
        &format!(r#"{{"keys":[{fields}]}}"#),
        &format!(r#"{{"keys":[],"keys":[{one}]}}"#),
        &one.to_string().replacen('{', r#"{"kty":"RSA","#, 1),
    ] {
        assert_eq!(parse(odd), Err(InvalidJwkSet::NotAJwkSet), "{odd}");
    }
}
