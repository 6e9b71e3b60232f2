//! The tokens that we issue: they have exactly the documented claims, and they verify.

use std::sync::{Arc, LazyLock};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use domain::{AccessScope, AccountId, ClientId, Email, Role};
use serde_json::Value;
use token::{
    Algorithm, Bearer, Grant, IdTokenBinding, InvalidToken, JwkSet, KeyRing, Leeway, PreTokenHook,
    Profile, SigningError, SigningKey, TokenIssuer, TokenLifetime, TokenUse, TrustedKey, WrongKey,
    left_half_hash, verify_jws,
};
use uuid::Uuid;

use crate::pool::{ACME, AMARA, BETACO, CLIENT, NOW, Pool, now, origin};

const SCOPES: [AccessScope; 2] = [AccessScope::OpenId, AccessScope::ReadEmployees];

static RS256: LazyLock<TokenIssuer> =
    LazyLock::new(|| token_issuer(Algorithm::Rs256, PreTokenHook::Nothing));
static ES256: LazyLock<TokenIssuer> =
    LazyLock::new(|| token_issuer(Algorithm::Es256, PreTokenHook::AddTenantId));

fn key(pool: &Pool, token_use: TokenUse, algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(pool.issuer.pool(), token_use, algorithm).unwrap()
}

fn token_issuer(algorithm: Algorithm, hook: PreTokenHook) -> TokenIssuer {
    let [id, access] =
        [TokenUse::Id, TokenUse::Access].map(|token_use| key(&ACME, token_use, algorithm));
    TokenIssuer::new(Arc::clone(&ACME.issuer), id, access, hook).unwrap()
}

fn ring(token_issuer: &TokenIssuer) -> KeyRing {
    let keys = token_issuer.keys().map(|key| TrustedKey {
        key: key.public().clone(),
        token_use: key.name().token_use,
        issuer: Arc::clone(&ACME.issuer),
        trusted_until: None,
    });
    KeyRing::new(keys, Leeway::default()).unwrap()
}

fn grant() -> Grant {
    Grant {
        account: AMARA.parse().unwrap(),
        role: Role::HrAdmin,
        client: CLIENT.parse().unwrap(),
        origin: origin(),
        password_at: now() - TimeDelta::seconds(1200),
    }
}

fn email() -> Email {
    "amara@acme.example".parse().unwrap()
}

fn profile(email: &Email) -> Profile<'_> {
    Profile { email, email_verified: true, name: "Amara Okafor" }
}

/// A part of the token, decoded without verification as a client may do it.
fn part(token: &str, part: usize) -> Value {
    let text = token.split('.').nth(part).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

fn names(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

/// T3, T4h: an access token has exactly these claims: no email address, no name, no audience. With the hook it also names the tenant.
#[test]
fn an_access_token_has_exactly_its_claims() {
    let mut allowed = vec![
        "auth_time",
        "client_id",
        "cognito:groups",
        "exp",
        "iat",
        "iss",
        "jti",
        "origin_jti",
        "scope",
        "sub",
        "token_use",
        "username",
        "version",
    ];
    for (token_issuer, hook) in [(&*RS256, false), (&*ES256, true)] {
        let token =
            token_issuer.access_token(&grant(), &SCOPES, TokenLifetime::SHORTEST, now()).unwrap();
        let claims = part(token.as_str(), 1);
        if hook {
            allowed.insert(3, "custom:tenant_id");
        }
        assert_eq!(names(&claims), allowed);
        let mut expected = ACME.access_claims();
        (expected["iat"], expected["jti"]) = (NOW.into(), claims["jti"].clone());
        if hook {
            expected["custom:tenant_id"] = ACME.issuer.tenant().to_string().into();
        }
        assert_eq!(claims, expected);
        assert_eq!(names(&part(token.as_str(), 0)), ["alg", "kid"]);
        let verified = ring(token_issuer).verify_access(token.as_str(), now()).unwrap();
        assert_eq!(
            (verified.tenant(), verified.pool()),
            (ACME.issuer.tenant(), ACME.issuer.pool())
        );
        assert_eq!((verified.client(), verified.scopes()), (&grant().client, &SCOPES[..]));
        let Bearer::Person { account, role, origin, signed_in_at, password_at } = verified.bearer()
        else {
            panic!("{verified:?}")
        };
        assert_eq!((account, role, origin), (grant().account, Role::HrAdmin, grant().origin));
        assert_eq!((signed_in_at.timestamp(), password_at.timestamp()), (NOW - 600, NOW - 1200));
    }
}

/// T2, T4h: an ID token has exactly these claims.
#[test]
fn an_id_token_has_exactly_its_claims() {
    let email = email();
    let plain = RS256
        .id_token(
            &grant(),
            &profile(&email),
            IdTokenBinding::default(),
            TokenLifetime::SHORTEST,
            now(),
        )
        .unwrap();
    let claims = part(plain.as_str(), 1);
    let mut expected = ACME.id_claims();
    (expected["iat"], expected["jti"]) = (NOW.into(), claims["jti"].clone());
    assert_eq!(claims, expected);

    let access = RS256.access_token(&grant(), &SCOPES, TokenLifetime::SHORTEST, now()).unwrap();
    let bound = IdTokenBinding { nonce: Some("n-0S6_WzA2Mj"), access_token: Some(&access) };
    let token =
        RS256.id_token(&grant(), &profile(&email), bound, TokenLifetime::SHORTEST, now()).unwrap();
    let claims = part(token.as_str(), 1);
    assert_eq!(claims["at_hash"], left_half_hash(access.as_str()));
    assert_eq!(names(&claims).len(), names(&expected).len() + 2);
    let verified = ring(&RS256).verify_id(token.as_str(), now()).unwrap();
    assert_eq!((verified.account(), verified.client()), (grant().account, &grant().client));
    assert_eq!((verified.email(), verified.name()), (&email, "Amara Okafor"));
    assert_eq!((verified.nonce(), verified.email_verified()), (Some("n-0S6_WzA2Mj"), true));
    assert!(!format!("{verified:?}").contains("Amara"));
}

/// T9: a machine's token has no claims about a person and no scope for persons.
#[test]
fn the_token_of_a_machine_has_no_claims_about_a_user() {
    let client: ClientId = CLIENT.parse().unwrap();
    let mint = |scopes: &[AccessScope]| {
        RS256.machine_token(&client, scopes, TokenLifetime::SHORTEST, now())
    };
    let token = mint(&[AccessScope::ReadEmployees]).unwrap();
    let claims = part(token.as_str(), 1);
    let allowed = ["client_id", "exp", "iat", "iss", "jti", "scope", "sub", "token_use", "version"];
    assert_eq!(names(&claims), allowed);
    assert_eq!(claims["sub"], CLIENT);
    let verified = ring(&RS256).verify_access(token.as_str(), now()).unwrap();
    assert_eq!((verified.bearer(), verified.client()), (Bearer::Machine, &client));
    for scope in AccessScope::ALL.into_iter().filter(|scope| !scope.is_of_a_resource()) {
        assert_eq!(mint(&[scope]).unwrap_err(), SigningError::UserScope);
    }
}

/// T1, T4a: a token issuer accepts only keys of its own pool, one for each kind of token.
#[test]
fn a_token_issuer_accepts_only_keys_of_its_pool_and_use() {
    let es256 = |pool: &Pool, token_use| key(pool, token_use, Algorithm::Es256);
    let new = |id: SigningKey, access: SigningKey| {
        TokenIssuer::new(Arc::clone(&ACME.issuer), id, access, PreTokenHook::Nothing).map(|_| ())
    };
    let (id, access) = (TokenUse::Id, TokenUse::Access);
    assert_eq!(new(es256(&ACME, id), es256(&ACME, access)), Ok(()));
    assert_eq!(new(es256(&ACME, access), es256(&ACME, id)), Err(WrongKey));
    assert_eq!(new(es256(&ACME, id), es256(&ACME, id)), Err(WrongKey));
    assert_eq!(new(es256(&BETACO, id), es256(&ACME, access)), Err(WrongKey));
    assert_eq!(new(es256(&ACME, id), es256(&BETACO, access)), Err(WrongKey));
}

/// T1, T2, T3: the published keys pass our strict parser and verify the issued tokens. A general JOSE library verifies them too.
#[test]
fn the_published_keys_verify_what_was_issued() {
    for token_issuer in [&*RS256, &*ES256] {
        let published = ring(token_issuer).published(ACME.issuer.pool(), now()).unwrap();
        let document = serde_json::to_vec(&published).unwrap();
        let read = JwkSet::parse(&document).unwrap();
        assert_eq!((read.keys().len(), &read), (2, &published));
        let json: Value = serde_json::from_slice(&document).unwrap();
        assert!(json["keys"].as_array().unwrap().iter().all(|key| key["use"] == "sig"));

        let token =
            token_issuer.access_token(&grant(), &SCOPES, TokenLifetime::LONGEST, now()).unwrap();
        assert!(verify_jws(token.as_str(), &read, &Algorithm::ALL).is_ok());
        let [_, key] = token_issuer.keys();
        let only = |algorithm| verify_jws(token.as_str(), &read, &[algorithm]).map(|_| ());
        for algorithm in Algorithm::ALL {
            let expected = if algorithm == key.name().algorithm {
                Ok(())
            } else {
                Err(InvalidToken::Algorithm)
            };
            assert_eq!(only(algorithm), expected);
        }

        let set: jsonwebtoken::jwk::JwkSet = serde_json::from_slice(&document).unwrap();
        let jwk = set.find(key.name().kid.as_str()).unwrap();
        let alg = key.name().algorithm.as_str().parse().unwrap();
        let mut validation = jsonwebtoken::Validation::new(alg);
        validation.set_issuer(&[ACME.issuer.url().as_str()]);
        validation.validate_exp = false;
        let decoding = jsonwebtoken::DecodingKey::from_jwk(jwk).unwrap();
        let decoded = jsonwebtoken::decode::<Value>(token.as_str(), &decoding, &validation);
        assert_eq!(decoded.unwrap().claims["sub"], AMARA);
    }
}

/// T5: every token has a different id, and no token is issued for a sign-in id that contains no time.
#[test]
fn tokens_differ_and_come_from_a_sign_in() {
    let mint = |grant: &Grant| {
        ES256.access_token(grant, &SCOPES, TokenLifetime::SHORTEST, now()).map(String::from)
    };
    let ids = [(); 2].map(|()| part(&mint(&grant()).unwrap(), 1)["jti"].clone());
    assert_ne!(ids[0], ids[1]);
    let odd = Grant { origin: domain::OriginId::from_uuid(Uuid::nil()), ..grant() };
    assert_eq!(mint(&odd).unwrap_err(), SigningError::Origin);
    let _: AccountId = grant().account;
}
