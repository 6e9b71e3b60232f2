//! Tokens of external issuers (row T11): a real Cognito pool, and any `OpenID` issuer.

use domain::{AccessScope, TenantId};
use serde_json::{Value, json};
use token::{
    Audience, ExternalIssuer, ExternalKeyRing, ExternalLifetime, InvalidExternalKeyRing,
    InvalidJwk, InvalidJwkSet, InvalidToken, JwkSet, Leeway, VerifiedExternal,
};
use uuid::Uuid;

use crate::pool::{ACME, AMARA, CLIENT, Key, NOW, RING, now};

const COGNITO: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a1B2c3D4";
const OTHER: &str = "https://login.example/";

fn tenant(number: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(number))
}

fn cognito(number: u128) -> ExternalIssuer {
    let clients = Audience::Clients(vec![CLIENT.parse().unwrap()]);
    issuer(number, COGNITO, clients)
}

fn other(number: u128) -> ExternalIssuer {
    let resource = Audience::Resource("https://hr.example/api".to_owned());
    issuer(number, OTHER, resource)
}

fn issuer(number: u128, url: &str, audience: Audience) -> ExternalIssuer {
    let lifetime = ExternalLifetime::default();
    ExternalIssuer { tenant: tenant(number), url: url.parse().unwrap(), audience, lifetime }
}

fn keys(keys: &[&Key]) -> JwkSet {
    let keys: Vec<&Value> = keys.iter().map(|key| &key.jwk).collect();
    JwkSet::parse_external(json!({"keys": keys}).to_string().as_bytes()).unwrap()
}

fn ring(issuer: ExternalIssuer, key: &Key) -> ExternalKeyRing {
    ExternalKeyRing::new([(issuer, keys(&[key]))], Leeway::default()).unwrap()
}

/// The claims as Cognito issues them: no `aud`, its own groups, a lifetime of an hour.
fn cognito_claims() -> Value {
    let mut claims = ACME.access_claims();
    claims["iss"] = json!(COGNITO);
    claims["exp"] = json!(NOW + 3300);
    claims["origin_jti"] = json!("5c1f6a3e-0000-4000-8000-000000000000");
    claims["cognito:groups"] = json!(["eu-west-1_a1B2c3D4_Google", "staff"]);
    claims
}

/// The claims as most other issuers write them (RFC 9068).
fn other_claims() -> Value {
    json!({
        "iss": OTHER, "sub": "auth0|5f7c8ec7c33c6c004bbafe82", "aud": ["https://hr.example/api", "https://login.example/userinfo"],
        "azp": "my_client_id", "scope": "openid hr/employees.read profile:odd", "iat": NOW - 10, "exp": NOW + 3590,
    })
}

fn verified(
    ring: &ExternalKeyRing,
    key: &Key,
    claims: &Value,
) -> Result<VerifiedExternal, InvalidToken> {
    ring.verify_access(&key.sign(&key.header(), claims), now())
}

/// T11: a real Cognito pool's token is accepted for the tenant that is configured to trust the pool. Our own key ring refuses it.
#[test]
fn a_token_of_a_cognito_pool_is_accepted() {
    let key = Key::rsa();
    let token = verified(&ring(cognito(7), &key), &key, &cognito_claims()).unwrap();
    assert_eq!((token.tenant(), token.subject()), (tenant(7), AMARA));
    assert_eq!((token.issuer().as_str(), token.client()), (COGNITO, Some(CLIENT)));
    assert_eq!(token.scopes(), [AccessScope::OpenId, AccessScope::ReadEmployees]);
    let text = key.sign(&key.header(), &cognito_claims());
    assert_eq!(RING.verify_access(&text, now()).unwrap_err(), InvalidToken::UnknownKey);
}

/// T11: a token of any other trusted issuer is accepted, with the audience and the scopes as a text or as a list.
#[test]
fn a_token_of_an_openid_issuer_is_accepted() {
    let key = Key::p256();
    let ring = ring(other(7), &key);
    let token = verified(&ring, &key, &other_claims()).unwrap();
    assert_eq!(
        (token.subject(), token.client()),
        ("auth0|5f7c8ec7c33c6c004bbafe82", Some("my_client_id"))
    );
    assert_eq!(token.scopes(), [AccessScope::OpenId, AccessScope::ReadEmployees]);
    let mut claims = other_claims();
    claims["aud"] = json!("https://hr.example/api");
    claims["scope"] = json!(null);
    claims["scp"] = json!(["hr/employees.read"]);
    assert_eq!(verified(&ring, &key, &claims).unwrap().scopes(), [AccessScope::ReadEmployees]);
}

/// T11, T4a: the thumbprint of a certificate in the header is allowed and ignored. Members that bring or locate a key are refused.
#[test]
fn a_thumbprint_in_an_external_header_is_ignored() {
    let key = Key::p256();
    let ring = ring(other(7), &key);
    let with = |name: &str, value: &Value| {
        let mut header = key.header();
        header[name] = value.clone();
        ring.verify_access(&key.sign(&header, &other_claims()), now()).map(|_| ())
    };
    for name in ["x5t", "x5t#S256"] {
        assert_eq!(with(name, &json!("AAAA")), Ok(()), "{name}");
        assert_eq!(with(name, &json!(["AAAA"])), Err(InvalidToken::Header), "{name}");
    }
    for name in ["jku", "jwk", "x5u", "x5c", "crit", "zip", "nobody_knows"] {
        assert_eq!(with(name, &json!("AAAA")), Err(InvalidToken::Header), "{name}");
    }
    let mut header = key.header();
    header["x5t"] = json!("AAAA");
    let text = key.sign(&header, &other_claims());
    assert_eq!(RING.has_key_of(&text), Ok(false), "so that it is verified with the external keys");
    assert_eq!(RING.verify_access(&text, now()).unwrap_err(), InvalidToken::Header);
}

/// T11, T4d: an external token with one wrong claim is refused.
#[test]
fn an_external_token_with_one_wrong_claim_is_refused() {
    let key = Key::p256();
    let [pool, issuer] = [ring(cognito(7), &key), ring(other(7), &key)];
    for (ring, good, name, value, reason) in [
        (&pool, cognito_claims(), "iss", json!(OTHER), InvalidToken::WrongIssuer),
        (&pool, cognito_claims(), "client_id", json!("another"), InvalidToken::WrongAudience),
        (&pool, cognito_claims(), "client_id", json!(null), InvalidToken::WrongAudience),
        (&pool, cognito_claims(), "token_use", json!("id"), InvalidToken::WrongUse),
        (&pool, cognito_claims(), "token_use", json!(null), InvalidToken::WrongUse),
        (&pool, cognito_claims(), "exp", json!(NOW - 30), InvalidToken::Expired),
        (&pool, cognito_claims(), "exp", json!(NOW + 3301), InvalidToken::LifetimeTooLong),
        (&pool, cognito_claims(), "sub", json!(""), InvalidToken::Claims),
        (&pool, cognito_claims(), "sub", json!("a".repeat(256)), InvalidToken::Claims),
        (&issuer, other_claims(), "iss", json!("https://login.example"), InvalidToken::WrongIssuer),
        (&issuer, other_claims(), "aud", json!("another"), InvalidToken::WrongAudience),
        (&issuer, other_claims(), "aud", json!(null), InvalidToken::WrongAudience),
        (&issuer, other_claims(), "aud", json!([]), InvalidToken::WrongAudience),
        (
            &issuer,
            other_claims(),
            "aud",
            json!({"https://hr.example/api": 1}),
            InvalidToken::Claims,
        ),
        (&issuer, other_claims(), "token_use", json!("id"), InvalidToken::WrongUse),
        (&issuer, other_claims(), "nonce", json!("n"), InvalidToken::WrongUse),
        (&issuer, other_claims(), "at_hash", json!("h"), InvalidToken::WrongUse),
        // A refreshed ID token can be recognized only by its missing scopes.
        (&issuer, other_claims(), "scope", json!(null), InvalidToken::WrongUse),
        (&issuer, other_claims(), "nbf", json!(NOW + 31), InvalidToken::NotYetValid),
        (&issuer, other_claims(), "iat", json!(null), InvalidToken::Claims),
    ] {
        assert!(verified(ring, &key, &good).is_ok());
        let mut claims = good;
        claims[name] = value.clone();
        assert_eq!(verified(ring, &key, &claims).map(|_| ()), Err(reason), "{name}: {value}");
    }
    let stranger = Key::p256();
    assert_eq!(
        verified(&pool, &stranger, &cognito_claims()).unwrap_err(),
        InvalidToken::UnknownKey
    );
}

/// T11: the longest lifetime of tokens is configured for each issuer, and is at most a day.
#[test]
fn a_token_that_lives_longer_than_its_issuer_may_is_refused() {
    let key = Key::rsa();
    let with_times = |minutes, seconds: i64| {
        let lifetime = ExternalLifetime::from_minutes(minutes).unwrap();
        let ring = ring(ExternalIssuer { lifetime, ..cognito(7) }, &key);
        let mut claims = cognito_claims();
        claims["exp"] = json!(NOW - 300 + seconds);
        verified(&ring, &key, &claims).map(|_| ())
    };
    assert_eq!(with_times(10, 600), Ok(()));
    assert_eq!(with_times(10, 601), Err(InvalidToken::LifetimeTooLong));
    assert_eq!(with_times(1440, 86_400), Ok(()));
    for odd in [0, 4, 1441, u16::MAX] {
        assert!(ExternalLifetime::from_minutes(odd).is_err(), "{odd}");
    }
}

/// T11: the header alone decides which ring's key a token names. No claim is read for that.
#[test]
fn a_token_names_a_key_of_one_ring() {
    let key = Key::rsa();
    let theirs = ring(cognito(7), &key);
    let token = key.sign(&key.header(), &cognito_claims());
    assert_eq!((RING.has_key_of(&token), theirs.has_key_of(&token)), (Ok(false), Ok(true)));
    let ours = ACME.access.sign(&ACME.access.header(), &ACME.access_claims());
    assert_eq!((RING.has_key_of(&ours), theirs.has_key_of(&ours)), (Ok(true), Ok(false)));
    assert_eq!(theirs.has_key_of("a.b"), Err(InvalidToken::Malformed));
}

/// T11: external issuers choose any `kid`. If two issuers use the same `kid`, both keys are tried.
#[test]
fn a_kid_that_two_issuers_use_is_tried_with_both_keys() {
    let [mut one, mut two] = [Key::p256(), Key::rsa()];
    for key in [&mut one, &mut two] {
        key.kid = "1".to_owned();
        key.jwk["kid"] = json!("1");
    }
    let ring = ExternalKeyRing::new(
        [(cognito(7), keys(&[&one])), (other(8), keys(&[&two]))],
        Leeway::default(),
    )
    .unwrap();
    assert_eq!(verified(&ring, &one, &cognito_claims()).unwrap().tenant(), tenant(7));
    assert_eq!(verified(&ring, &two, &other_claims()).unwrap().tenant(), tenant(8));
    // Each key is accepted for its own issuer only.
    assert!(verified(&ring, &one, &other_claims()).is_err());
    assert!(verified(&ring, &two, &cognito_claims()).is_err());
}

/// T11: some providers sign for all their customers with the same keys. `iss` still tells the tenants apart, however many there are.
#[test]
fn many_issuers_may_publish_the_same_key() {
    let key = Key::rsa();
    let of = |number: u128| format!("https://login.example/{number}");
    let issuers = (1..=20).map(|number| {
        let resource = Audience::Resource("https://hr.example/api".to_owned());
        (issuer(number, &of(number), resource), keys(&[&key]))
    });
    let ring = ExternalKeyRing::new(issuers, Leeway::default()).unwrap();
    for number in [1, 9, 20] {
        let mut claims = other_claims();
        claims["iss"] = json!(of(number));
        assert_eq!(verified(&ring, &key, &claims).unwrap().tenant(), tenant(number));
        claims["exp"] = json!(NOW - 31);
        assert_eq!(verified(&ring, &key, &claims).unwrap_err(), InvalidToken::Expired);
    }
    let mut claims = other_claims();
    claims["iss"] = json!(of(21));
    assert_eq!(verified(&ring, &key, &claims).unwrap_err(), InvalidToken::WrongIssuer);
}

/// T11, I3: `aud` may be a list. A token with the audiences of two companies is refused.
#[test]
fn a_token_that_is_meant_for_two_tenants_is_refused() {
    let key = Key::p256();
    let meant_for = |number, word: &str| {
        let issuer = issuer(number, OTHER, Audience::Resource(word.to_owned()));
        (issuer, keys(&[&key]))
    };
    let ring = [meant_for(1, "hr-acme"), meant_for(2, "hr-betaco")];
    let ring = ExternalKeyRing::new(ring, Leeway::default()).unwrap();
    let mut claims = other_claims();
    for (aud, owner) in [
        (json!(["hr-acme", "account"]), Ok(tenant(1))),
        (json!("hr-betaco"), Ok(tenant(2))),
        (json!(["hr-acme", "hr-betaco"]), Err(InvalidToken::WrongAudience)),
        (json!(["account"]), Err(InvalidToken::WrongAudience)),
    ] {
        claims["aud"] = aud;
        assert_eq!(verified(&ring, &key, &claims).map(|token| token.tenant()), owner);
    }
}

/// T11, T5: a refreshed token keeps the time of its sign-in, so a later sign-out revokes it. Without `auth_time`, the time of issue counts.
#[test]
fn a_refreshed_token_keeps_the_time_of_its_sign_in() {
    let key = Key::p256();
    let ring = ring(other(7), &key);
    for (auth_time, begun) in
        [(json!(NOW - 9000), NOW - 9000), (json!(null), NOW - 10), (json!(NOW + 500), NOW - 10)]
    {
        let mut claims = other_claims();
        claims["auth_time"] = auth_time;
        let token = verified(&ring, &key, &claims).unwrap();
        assert_eq!(
            (token.sign_in_time().timestamp(), token.issued_at().timestamp()),
            (begun, NOW - 10)
        );
    }
}

/// T11, I3: two tenants cannot trust the same issuer for the same audience.
#[test]
fn two_tenants_cannot_trust_the_same_tokens() {
    let key = Key::p256();
    let both = |one, other| {
        let issuers = [(one, keys(&[&key])), (other, keys(&[&key]))];
        ExternalKeyRing::new(issuers, Leeway::default()).map(|_| ())
    };
    assert_eq!(both(cognito(1), cognito(2)), Err(InvalidExternalKeyRing::Ambiguous));
    assert_eq!(both(other(1), other(2)), Err(InvalidExternalKeyRing::Ambiguous));
    let mine = ExternalIssuer { audience: other(1).audience, ..cognito(1) };
    assert_eq!(both(mine, cognito(2)), Err(InvalidExternalKeyRing::Ambiguous));
    let clients = Audience::Clients(vec!["another".parse().unwrap()]);
    assert_eq!(both(ExternalIssuer { audience: clients, ..cognito(1) }, cognito(2)), Ok(()));
}

/// T4a, T11: keys for other purposes in a set are left out. Private key material or an invalid signing key makes the whole set invalid.
#[test]
fn only_the_signing_keys_of_an_external_set_are_read() {
    let good = Key::rsa().jwk;
    let with = |change: fn(&mut Value)| {
        let mut odd = Key::p256().jwk;
        change(&mut odd);
        JwkSet::parse_external(json!({"keys": [good, odd]}).to_string().as_bytes())
            .map(|set| set.keys().len())
    };
    assert_eq!(with(|_| ()), Ok(2));
    assert_eq!(with(|key| key["use"] = json!("enc")), Ok(1));
    assert_eq!(with(|key| key["alg"] = json!("ES384")), Ok(1));
    assert_eq!(with(|key| key["kty"] = json!("OKP")), Ok(1));
    assert_eq!(with(|key| key["x5c"] = json!(["MIIB"])), Ok(2));
    let refused = |reason| Err(InvalidJwkSet::Key(reason));
    assert_eq!(with(|key| key["d"] = json!("AAAA")), refused(InvalidJwk::Secret));
    assert_eq!(with(|key| key["kty"] = json!("oct")), refused(InvalidJwk::Secret));
    assert_eq!(with(|key| key["x"] = json!("AAAA")), refused(InvalidJwk::Encoding));
    assert_eq!(with(|key| key["key_ops"] = json!(["sign"])), refused(InvalidJwk::Use));
    assert_eq!(
        with(|key| drop(key.as_object_mut().unwrap().remove("kid"))),
        refused(InvalidJwk::KeyId)
    );
}
