//! A sealed key opens only for the tenant and the name that it was sealed for, and its debug output shows no secret.

use seal::RootKey;
use uuid::Uuid;

use super::*;

fn pool(name: &str) -> PoolId {
    format!("eu-local-1_{name}").parse().unwrap()
}

fn tenant(number: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(number))
}

fn seals() -> Seals {
    Seals::new(&RootKey::random().unwrap(), None)
}

fn key(algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(&pool("Acme"), TokenUse::Access, algorithm).unwrap()
}

/// T1, T4a: a sealed key of either algorithm opens again, and its public key verifies its signatures.
#[test]
fn a_sealed_key_opens_and_signs() {
    let seals = seals();
    for algorithm in Algorithm::ALL {
        let made = key(algorithm);
        let sealed = made.seal(&seals, tenant(1)).unwrap();
        let key = SigningKey::open(&seals, tenant(1), made.name(), &sealed).unwrap();
        assert_eq!(key.public(), made.public());
        assert!(key.public().is_named_by_its_thumbprint());
        let token = key.sign(&serde_json::json!({"sub": "somebody"})).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        assert!(made.public().signed(signed, signature));
        assert!(!made.public().signed(&signed[1..], signature));
    }
}

/// T1: a sealed key does not open under another tenant, pool, use, algorithm or `kid`.
#[test]
fn a_sealed_key_opens_in_no_other_row() {
    let seals = seals();
    let made = key(Algorithm::Es256);
    let sealed = made.seal(&seals, tenant(1)).unwrap();
    let name = made.name();
    let other_kid = key(Algorithm::Es256).name().kid.clone();
    for (tenant, name) in [
        (tenant(2), name.clone()),
        (tenant(1), KeyName { pool: pool("Beta"), ..name.clone() }),
        (tenant(1), KeyName { token_use: TokenUse::Id, ..name.clone() }),
        (tenant(1), KeyName { algorithm: Algorithm::Rs256, ..name.clone() }),
        (tenant(1), KeyName { kid: other_kid, ..name.clone() }),
    ] {
        let refused = SigningKey::open(&seals, tenant, &name, &sealed).unwrap_err();
        assert_eq!(refused, SigningKeyError::Sealed(seal::OpenError::Broken));
    }
}

/// T8: a signing key is sealed again under a new root key and stays the same.
#[test]
fn resealing_a_key_does_not_change_it() {
    let [old, new] = [(); 2].map(|()| RootKey::random().unwrap());
    let both = Seals::new(&new, Some(&old));
    let key = key(Algorithm::Es256);
    let sealed = key.seal(&Seals::new(&old, None), tenant(1)).unwrap();
    let resealed = SigningKey::reseal(&both, tenant(1), key.name(), &sealed).unwrap().unwrap();
    assert!(SigningKey::reseal(&both, tenant(1), key.name(), &resealed).unwrap().is_none());
    assert!(SigningKey::reseal(&both, tenant(2), key.name(), &sealed).is_err());
    let opened = SigningKey::open(&Seals::new(&new, None), tenant(1), key.name(), &resealed);
    assert_eq!(opened.unwrap().public(), key.public());
}

/// T1: even a correctly sealed key is refused under the name of another key.
#[test]
fn a_key_under_the_name_of_another_is_refused() {
    let seals = seals();
    let [made, other] = [key(Algorithm::Es256), key(Algorithm::Es256)];
    let forged = seals.seal(scope(tenant(1)), &other.name.place(), &made.secret).unwrap();
    let refused = SigningKey::open(&seals, tenant(1), other.name(), &forged).unwrap_err();
    assert_eq!(refused, SigningKeyError::OtherKey);
}

#[test]
fn nothing_shows_the_key() {
    let key = key(Algorithm::Es256);
    assert_eq!(format!("{key:?}"), format!("SigningKey({} …)", key.name.kid));
}
