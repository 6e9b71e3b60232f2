//! Attacks on the header: algorithm, key, and members that change the meaning of others (row T4a). Each token has a valid signature wherever that is possible.

use serde_json::{Value, json};
use token::InvalidToken;

use crate::{
    attack::{Attack, all_are_refused, is_accepted},
    pool::{ACME, BETACO, Key, encode},
};

/// Acme's access token with a changed header, correctly signed.
fn with(change: impl FnOnce(&mut Value)) -> String {
    let mut header = ACME.access.header();
    change(&mut header);
    ACME.access.sign(&header, &ACME.access_claims())
}

fn with_member(name: &str, value: Value) -> String {
    with(|header| header[name] = value)
}

/// HMAC-SHA-256, as an attacker computes it with the public key as the secret.
fn hmac(key: &[u8], message: &str) -> Vec<u8> {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key);
    aws_lc_rs::hmac::sign(&key, message.as_bytes()).as_ref().to_vec()
}

/// A token whose HMAC secret is public.
fn signed_with_the_public_key(alg: &str, secret: &[u8]) -> String {
    let header = json!({"alg": alg, "kid": ACME.access.kid});
    let signed =
        format!("{}.{}", encode(header.to_string()), encode(ACME.access_claims().to_string()));
    let signature = encode(hmac(secret, &signed));
    format!("{signed}.{signature}")
}

/// T4a: the verifier refuses `none`, symmetric algorithms with the public key as the secret, and every algorithm other than the key's.
#[test]
fn no_other_algorithm_is_accepted() {
    is_accepted(&with(|_| ()));
    is_accepted(&BETACO.access.sign(&BETACO.access.header(), &BETACO.access_claims()));
    let jwk = ACME.access.jwk.to_string();
    let modulus = ACME.access.jwk["n"].as_str().unwrap();
    let mut attacks: Vec<Attack> = vec![
        (
            "HS256 under the JWK",
            signed_with_the_public_key("HS256", jwk.as_bytes()),
            InvalidToken::Algorithm,
        ),
        (
            "HS256 under the modulus",
            signed_with_the_public_key("HS256", modulus.as_bytes()),
            InvalidToken::Algorithm,
        ),
        ("HS256 under nothing", signed_with_the_public_key("HS256", b""), InvalidToken::Algorithm),
        (
            "RS256 that is an HMAC",
            signed_with_the_public_key("RS256", jwk.as_bytes()),
            InvalidToken::Signature,
        ),
        (
            "no algorithm",
            with(|header| drop(header.as_object_mut().unwrap().remove("alg"))),
            InvalidToken::Header,
        ),
    ];
    for alg in [
        "none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "RS384", "RS512", "PS256",
        "PS384", "ES384", "ES256K", "EdDSA", "rs256", "RS256 ", "RSA-OAEP", "dir",
    ] {
        attacks.push((
            "another algorithm",
            with_member("alg", json!(alg)),
            InvalidToken::Algorithm,
        ));
    }
    attacks.push((
        "the other algorithm",
        with_member("alg", json!("ES256")),
        InvalidToken::Algorithm,
    ));
    for odd in [json!(null), json!(256), json!(["RS256"]), json!({"RS256": 1}), json!(true)] {
        attacks.push((
            "an algorithm that is not text",
            with_member("alg", odd),
            InvalidToken::Header,
        ));
    }
    all_are_refused(attacks, 30);
}

/// T4a: a token with an empty signature is refused, with `none` and with `RS256`.
#[test]
fn no_token_without_a_signature_is_accepted() {
    let claims = encode(ACME.access_claims().to_string());
    let attacks = ["none", "RS256"].into_iter().map(|alg| {
        let header = encode(json!({"alg": alg, "kid": ACME.access.kid}).to_string());
        ("no signature", format!("{header}.{claims}."), InvalidToken::Malformed)
    });
    all_are_refused(attacks.collect(), 2);
}

/// T4a, T4d: only one of our own keys, found by `kid`, verifies a token. A key that the token brings along does not.
#[test]
fn no_other_key_is_accepted() {
    let mallory = Key::rsa();
    let claims = ACME.access_claims();
    let mut attacks: Vec<Attack> = vec![
        ("a stranger's key", mallory.sign(&mallory.header(), &claims), InvalidToken::UnknownKey),
        (
            "a stranger's key under our name",
            mallory.sign(&ACME.access.header(), &claims),
            InvalidToken::Signature,
        ),
        (
            "the name of another pool's key",
            ACME.access.sign(&BETACO.access.header(), &claims),
            InvalidToken::Signature,
        ),
        (
            "the name of the pool's other key",
            ACME.access.sign(&ACME.id.header(), &claims),
            InvalidToken::Signature,
        ),
        (
            "no name",
            with(|header| drop(header.as_object_mut().unwrap().remove("kid"))),
            InvalidToken::UnknownKey,
        ),
        ("no name but null", with_member("kid", json!(null)), InvalidToken::UnknownKey),
        ("a number as the name", with_member("kid", json!(1)), InvalidToken::Header),
        ("a list of names", with_member("kid", json!([ACME.access.kid])), InvalidToken::Header),
    ];
    let name = &ACME.access.kid;
    for kid in [
        "",
        "../../dev/null",
        "' or 1=1 --",
        "*",
        "\0",
        &name.to_lowercase(),
        &name[1..],
        &format!("{name} "),
        &format!("{name}\n"),
        &"k".repeat(9000),
    ] {
        attacks.push(("another name", with_member("kid", json!(kid)), InvalidToken::UnknownKey));
    }
    let mut jwk = mallory.jwk.clone();
    jwk["kid"] = json!(name);
    let certificate = json!(["MIIB"]);
    for (member, value) in [
        ("jwk", jwk.clone()),
        ("jku", json!("https://mallory.example/jwks.json")),
        ("x5u", json!("https://mallory.example/chain.pem")),
        ("x5c", certificate),
        ("x5t", json!("AAAA")),
        ("x5t#S256", json!("AAAA")),
    ] {
        attacks.push((
            "a key of its own beside our signature",
            with_member(member, value.clone()),
            InvalidToken::Header,
        ));
        let mut header = ACME.access.header();
        header[member] = value;
        attacks.push(("a key of its own", mallory.sign(&header, &claims), InvalidToken::Header));
    }
    all_are_refused(attacks, 30);
}

/// T4a: a header with a member that would change the meaning of others is refused.
#[test]
fn a_header_with_a_forbidden_member_is_refused() {
    is_accepted(&with_member("typ", json!("JWT")));
    is_accepted(&with_member("typ", json!("at+jwt")));
    let mut attacks: Vec<Attack> = Vec::new();
    for (member, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("enc", json!("A256GCM")),
        ("cty", json!("JWT")),
        ("iss", json!(ACME.issuer.url().as_str())),
        ("url", json!("https://hr.example")),
        ("nonce", json!("1")),
        ("ALG", json!("none")),
        ("typ", json!("JWE")),
        ("typ", json!("dpop+jwt")),
        ("typ", json!("logout+jwt")),
        ("typ", json!(1)),
    ] {
        attacks.push(("a member too many", with_member(member, value), InvalidToken::Header));
    }
    let (kid, claims) = (&ACME.access.kid, ACME.access_claims().to_string());
    for (what, header) in [
        ("an algorithm twice", format!(r#"{{"alg":"RS256","alg":"RS256","kid":"{kid}"}}"#)),
        ("another algorithm after", format!(r#"{{"alg":"RS256","alg":"none","kid":"{kid}"}}"#)),
        ("a name twice", format!(r#"{{"alg":"RS256","kid":"x","kid":"{kid}"}}"#)),
        ("an array", format!(r#"["RS256","{kid}",null]"#)),
        ("a text", r#""RS256""#.to_owned()),
        ("nothing", "null".to_owned()),
        ("an empty object", "{}".to_owned()),
        ("two objects", format!(r#"{{"alg":"RS256","kid":"{kid}"}}{{}}"#)),
        ("an open object", format!(r#"{{"alg":"RS256","kid":"{kid}""#)),
        ("a comment", format!(r#"{{"alg":"RS256"/**/,"kid":"{kid}"}}"#)),
        ("a byte order mark", format!("\u{feff}{{\"alg\":\"RS256\",\"kid\":\"{kid}\"}}")),
        ("depth", "[".repeat(5000)),
    ] {
        attacks.push((what, ACME.access.sign_text(&header, &claims), InvalidToken::Header));
    }
    all_are_refused(attacks, 26);
}
