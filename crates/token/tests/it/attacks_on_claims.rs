//! Attacks on the claims, with valid signatures: pool, use, client, time and shape (rows T4b, T4d–f).

use serde_json::{Value, json};
use token::{InvalidToken, VerifiedAccess};

use crate::{
    attack::{Attack, all_are_refused, is_accepted},
    pool::{ACME, AMARA, BETACO, CLIENT, NOW, RING, now, origin, ring},
};

/// Acme's access token with changed claims, correctly signed.
fn with(change: impl FnOnce(&mut Value)) -> String {
    let mut claims = ACME.access_claims();
    change(&mut claims);
    ACME.access.sign(&ACME.access.header(), &claims)
}

fn with_claim(name: &str, value: Value) -> String {
    with(|claims| claims[name] = value)
}

fn without(name: &str) -> String {
    with(|claims| drop(claims.as_object_mut().unwrap().remove(name)))
}

fn accepted(token: &str) -> VerifiedAccess {
    RING.verify_access(token, now()).unwrap()
}

/// T1, T4d: a pool's key is valid only for the pool's own issuer, whatever the token claims. Tokens of an unknown pool are refused.
#[test]
fn a_key_of_one_pool_verifies_no_token_of_another() {
    let betaco = BETACO.issuer.url().as_str();
    let good = with(|_| ());
    assert_eq!(accepted(&good).tenant(), ACME.issuer.tenant());
    let theirs = BETACO.access.sign(&BETACO.access.header(), &BETACO.access_claims());
    assert_eq!(accepted(&theirs).tenant(), BETACO.issuer.tenant());
    assert_eq!(ring([&*BETACO]).verify_access(&good, now()).unwrap_err(), InvalidToken::UnknownKey);

    let ours = ACME.issuer.url().as_str();
    let mut attacks: Vec<Attack> = vec![
        (
            "our issuer under their key",
            BETACO.access.sign(&BETACO.access.header(), &ACME.access_claims()),
            InvalidToken::WrongIssuer,
        ),
        (
            "their tenant",
            with_claim("custom:tenant_id", json!(BETACO.issuer.tenant())),
            InvalidToken::Claims,
        ),
        ("no issuer", without("iss"), InvalidToken::Claims),
        ("two issuers", with_claim("iss", json!([ours, betaco])), InvalidToken::Claims),
    ];
    for iss in [
        betaco,
        "",
        &format!("{ours}/"),
        &ours.to_uppercase(),
        &ours.replace("https", "http"),
        &format!("{ours}\0"),
        &format!(" {ours}"),
        &ours.replace("hr.example", "hr.example:443"),
        &format!("{betaco}#{ours}"),
    ] {
        attacks.push(("another issuer", with_claim("iss", json!(iss)), InvalidToken::WrongIssuer));
    }
    all_are_refused(attacks, 13);
}

/// T4d, T4e: an ID token is not accepted as an access token, nor the reverse, and a changed `token_use` does not help.
#[test]
fn an_id_token_is_not_an_access_token_nor_the_reverse() {
    let id = ACME.id.sign(&ACME.id.header(), &ACME.id_claims());
    assert!(RING.verify_id(&id, now()).is_ok());
    assert_eq!(RING.verify_access(&id, now()).unwrap_err(), InvalidToken::WrongUse);
    let access = with(|_| ());
    is_accepted(&access);
    assert_eq!(RING.verify_id(&access, now()).unwrap_err(), InvalidToken::WrongUse);
    all_are_refused(
        vec![
            (
                "access claims under the ID key",
                ACME.id.sign(&ACME.id.header(), &ACME.access_claims()),
                InvalidToken::WrongUse,
            ),
            (
                "ID claims under the access key",
                ACME.access.sign(&ACME.access.header(), &ACME.id_claims()),
                InvalidToken::Claims,
            ),
            (
                "an access token that says id",
                with_claim("token_use", json!("id")),
                InvalidToken::WrongUse,
            ),
            (
                "a refresh token in disguise",
                with_claim("token_use", json!("refresh")),
                InvalidToken::Claims,
            ),
            ("an odd word", with_claim("token_use", json!("Access")), InvalidToken::Claims),
            ("two uses", with_claim("token_use", json!(["access", "id"])), InvalidToken::Claims),
            ("no use", without("token_use"), InvalidToken::Claims),
        ],
        7,
    );
}

/// T4b, T4f: `exp`, `nbf` and `iat` are checked, and no token lives longer than 15 minutes. The leeway is a minute.
#[test]
fn a_token_outside_its_validity_period_is_refused() {
    for (exp, iat) in [(NOW - 59, NOW - 900), (NOW + 960, NOW + 60)] {
        is_accepted(&with(|claims| (claims["exp"], claims["iat"]) = (json!(exp), json!(iat))));
    }
    is_accepted(&with_claim("nbf", json!(NOW + 60)));
    let mut attacks: Vec<Attack> = vec![
        ("expired", with_claim("exp", json!(NOW - 60)), InvalidToken::Expired),
        ("expired long ago", with_claim("exp", json!(1)), InvalidToken::Expired),
        ("expired before it was", with_claim("exp", json!(i64::MIN)), InvalidToken::Expired),
        ("not valid yet", with_claim("nbf", json!(NOW + 61)), InvalidToken::NotYetValid),
        ("never valid", with_claim("nbf", json!(i64::MAX)), InvalidToken::NotYetValid),
        ("issued in the future", with_claim("iat", json!(NOW + 61)), InvalidToken::NotYetValid),
        (
            "lives a second too long",
            with_claim("exp", json!(NOW + 601)),
            InvalidToken::LifetimeTooLong,
        ),
        ("lives for ever", with_claim("exp", json!(i64::MAX)), InvalidToken::LifetimeTooLong),
        ("issued before time", with_claim("iat", json!(i64::MIN)), InvalidToken::LifetimeTooLong),
    ];
    for name in ["exp", "iat"] {
        attacks.push(("no time", without(name), InvalidToken::Claims));
    }
    for odd in
        [json!("1795000300"), json!(1_795_000_300.5), json!(null), json!([NOW]), json!(u64::MAX)]
    {
        attacks.push(("a time that is not a number", with_claim("exp", odd), InvalidToken::Claims));
    }
    attacks.push(("an odd not-before", with_claim("nbf", json!("0")), InvalidToken::Claims));
    all_are_refused(attacks, 17);
}

/// T4d, T4h: a token has either all claims about a person or none of them, no claim is missing, and every claim is spelled as we write it.
#[test]
fn a_missing_or_malformed_claim_is_refused() {
    let machine = ACME.access.sign(&ACME.access.header(), &ACME.machine_claims());
    is_accepted(&machine);
    is_accepted(&with_claim("custom:tenant_id", json!(ACME.issuer.tenant())));
    let mut attacks: Vec<Attack> = Vec::new();
    for name in [
        "sub",
        "cognito:groups",
        "version",
        "client_id",
        "origin_jti",
        "scope",
        "auth_time",
        "jti",
        "username",
    ] {
        attacks.push(("a claim is missing", without(name), InvalidToken::Claims));
        attacks.push(("a claim is null", with_claim(name, json!(null)), InvalidToken::Claims));
        attacks.push((
            "a claim is an object",
            with_claim(name, json!({"a": 1})),
            InvalidToken::Claims,
        ));
    }
    let person = ["cognito:groups", "origin_jti", "auth_time", "username"];
    for name in person {
        let mut claims = ACME.machine_claims();
        claims[name] = ACME.access_claims()[name].clone();
        attacks.push((
            "half a machine",
            ACME.access.sign(&ACME.access.header(), &claims),
            InvalidToken::Claims,
        ));
    }
    let mut other_machine = ACME.machine_claims();
    other_machine["sub"] = json!("another");
    attacks.push((
        "a machine of another client",
        ACME.access.sign(&ACME.access.header(), &other_machine),
        InvalidToken::Claims,
    ));
    let random = "6f1c2d3e-4b5a-4c6d-8e7f-901a2b3c4d5e";
    for (name, value) in [
        ("sub", json!("1042")),
        ("sub", json!(CLIENT)),
        ("sub", json!(AMARA.to_uppercase())),
        ("sub", json!(AMARA.replace('-', ""))),
        ("sub", json!(random)),
        ("username", json!("amara@acme.example")),
        ("username", json!(random)),
        ("client_id", json!("")),
        ("client_id", json!("a b")),
        ("client_id", json!([CLIENT])),
        ("cognito:groups", json!([])),
        ("cognito:groups", json!("hr_admin")),
        ("cognito:groups", json!(["employee", "hr_admin"])),
        ("cognito:groups", json!(["root"])),
        ("version", json!(1)),
        ("origin_jti", json!(random)),
        ("origin_jti", json!(origin().to_string().to_uppercase())),
        ("auth_time", json!(i64::MAX)),
        ("jti", json!("1")),
        ("scope", json!(["openid"])),
        ("custom:tenant_id", json!("acme")),
    ] {
        attacks.push(("an odd claim", with_claim(name, value), InvalidToken::Claims));
    }
    all_are_refused(attacks, 50);
}

/// T4f: the payload must be exactly one JSON object.
#[test]
fn a_payload_other_than_one_json_object_is_refused() {
    let good = ACME.access_claims().to_string();
    let header = ACME.access.header().to_string();
    let twice = good.replacen('{', &format!(r#"{{"sub":"{AMARA}","#), 1);
    let values: Vec<Value> = ACME.access_claims().as_object().unwrap().values().cloned().collect();
    let attacks = [
        ("a claim twice", twice),
        ("an array", json!(values).to_string()),
        ("a text", json!(good).to_string()),
        ("nothing", "null".to_owned()),
        ("no JSON", "sub=amara".to_owned()),
        ("no bytes", String::new()),
        ("more after it", format!("{good}{good}")),
        ("a byte order mark", format!("\u{feff}{good}")),
        ("depth", "{\"a\":".repeat(2000)),
    ];
    let signed = attacks.map(|(what, payload)| {
        (what, ACME.access.sign_text(&header, &payload), InvalidToken::Claims)
    });
    all_are_refused(signed.to_vec(), 9);
}

/// T3: an unknown scope is left out. It grants nothing, and the token stays valid.
#[test]
fn an_unknown_scope_is_left_out() {
    let words = |scope: &str| -> Vec<&str> {
        let token = accepted(&with_claim("scope", json!(scope)));
        token.scopes().iter().map(|scope| scope.as_str()).collect()
    };
    assert_eq!(words("openid hr/employees.read hr/everything"), ["openid", "hr/employees.read"]);
    assert!(words("").is_empty());
    assert!(words("OPENID * hr/employees.read,hr/employees.write").is_empty());
}
