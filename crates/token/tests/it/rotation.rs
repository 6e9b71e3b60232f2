//! Key rotation without failing requests (row T8).

use chrono::TimeDelta;
use token::{InvalidKeyRing, InvalidToken, KeyRing, Leeway, PublicKey, TrustedKey, trusted_until};

use crate::pool::{ACME, BETACO, Key, now};

fn acme_and(other: TrustedKey) -> Result<KeyRing, InvalidKeyRing> {
    KeyRing::new(ACME.trusted().into_iter().chain([other]), Leeway::LONGEST)
}

/// T8: the next key is published before it signs. The old key is trusted until its last token has expired, and not longer.
#[test]
fn the_old_key_is_trusted_until_its_last_token_has_expired() {
    let next = Key::p256();
    let last = now();
    let [_, old] = ACME.trusted();
    let retired = TrustedKey { trusted_until: Some(trusted_until(last)), ..old.clone() };
    let new = TrustedKey { key: next.public(), ..old };
    let ring = KeyRing::new([retired, new], Leeway::LONGEST).unwrap();

    let before = ACME.access.sign(&ACME.access.header(), &ACME.access_claims());
    let after = next.sign(&next.header(), &ACME.access_claims());
    for token in [&before, &after] {
        assert!(ring.verify_access(token, now()).is_ok());
    }
    assert_eq!(ring.published(ACME.issuer.pool(), now()).unwrap().keys().len(), 2);

    // The token with the latest expiry that the old key can have signed.
    let mut longest = ACME.access_claims();
    let issued = last.timestamp();
    (longest["iat"], longest["exp"]) = (issued.into(), (issued + 900).into());
    let longest = ACME.access.sign(&ACME.access.header(), &longest);
    let end = trusted_until(last);
    let one_second = TimeDelta::seconds(1);
    assert!(ring.verify_access(&longest, end - one_second).is_ok());
    assert_eq!(ring.verify_access(&longest, end).unwrap_err(), InvalidToken::RetiredKey);
    assert_eq!(ring.published(ACME.issuer.pool(), end).unwrap().keys().len(), 1);
}

/// T1: a key occurs once, for one pool and one use, and its `kid` is its thumbprint. So a changed row is noticed.
#[test]
fn a_ring_takes_no_key_twice_and_no_other_name() {
    let [id, access] = ACME.trusted();
    let theirs = TrustedKey { issuer: BETACO.trusted()[0].issuer.clone(), ..access };
    assert_eq!(acme_and(theirs).unwrap_err(), InvalidKeyRing::Duplicate);
    let mut jwk = Key::p256().jwk;
    jwk["kid"] = ACME.access.kid.clone().into();
    let named = PublicKey::from_jwk(jwk.to_string().as_bytes()).unwrap();
    assert_eq!(acme_and(TrustedKey { key: named, ..id }).unwrap_err(), InvalidKeyRing::Name);
}
