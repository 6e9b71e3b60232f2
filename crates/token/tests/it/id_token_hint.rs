//! An ID token as a hint at sign-out: everything is checked except that it may have expired.

use chrono::TimeDelta;
use serde_json::json;
use token::InvalidToken;

use crate::pool::{ACME, BETACO, CLIENT, Key, NOW, RING, now, origin};

/// T7: an expired ID token still identifies its sign-in as long as its key is trusted. It is not accepted as an ID token.
#[test]
fn an_expired_id_token_is_accepted_as_a_hint() {
    let mut claims = ACME.id_claims();
    (claims["iat"], claims["exp"]) = (json!(NOW - 90_000), json!(NOW - 89_100));
    let token = ACME.id.sign(&ACME.id.header(), &claims);
    assert_eq!(RING.verify_id(&token, now()).unwrap_err(), InvalidToken::Expired);
    let hint = RING.verify_id_token_hint(&token, now()).unwrap();
    assert_eq!((hint.client().as_str(), hint.origin()), (CLIENT, origin()));
    assert_eq!(hint.pool(), ACME.issuer.pool());
    let good = ACME.id.sign(&ACME.id.header(), &ACME.id_claims());
    assert!(RING.verify_id_token_hint(&good, now()).is_ok());
}

/// T7, T4a: a hint with a wrong signature, kind or issuer, with a time in the future, or with a lifetime that we never issue is refused.
#[test]
fn a_hint_with_any_fault_but_expiry_is_refused() {
    let with = |name: &str, value| {
        let mut claims = ACME.id_claims();
        claims[name] = value;
        ACME.id.sign(&ACME.id.header(), &claims)
    };
    let access = ACME.access.sign(&ACME.access.header(), &ACME.access_claims());
    let crossed = ACME.id.sign(&ACME.id.header(), &BETACO.id_claims());
    let stranger = Key::p256();
    for (token, why) in [
        (access, InvalidToken::WrongUse),
        (crossed, InvalidToken::WrongIssuer),
        (stranger.sign(&stranger.header(), &ACME.id_claims()), InvalidToken::UnknownKey),
        (with("token_use", json!("access")), InvalidToken::WrongUse),
        (with("iat", json!(NOW + 100)), InvalidToken::NotYetValid),
        (with("iat", json!(NOW - 90_000)), InvalidToken::LifetimeTooLong),
        (with("exp", json!(i64::MIN)), InvalidToken::Claims),
    ] {
        assert_eq!(RING.verify_id_token_hint(&token, now()).unwrap_err(), why, "{token}");
    }
    let early =
        RING.verify_id_token_hint(&with("nbf", json!(NOW + 200)), now() - TimeDelta::hours(1));
    assert_eq!(early.unwrap_err(), InvalidToken::NotYetValid);
}
