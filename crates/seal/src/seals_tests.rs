//! A sealed value opens for its own scope and place, and nowhere else.

use super::*;

const PURPOSE: Purpose = Purpose::of("cached body");

fn scope(tenant: u128) -> KeyScope {
    KeyScope { purpose: PURPOSE, tenant: Uuid::from_u128(tenant) }
}

fn seals() -> Seals {
    Seals::new(&RootKey::random().unwrap(), None)
}

fn root(first: u8) -> RootKey {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let bytes: [u8; 32] = std::array::from_fn(|at| first + u8::try_from(at).unwrap());
    STANDARD.encode(bytes).parse().unwrap()
}

/// I5: a sealed value opens, whatever the length of its content.
#[test]
fn a_sealed_value_opens_in_its_own_scope() {
    let seals = seals();
    for length in [0, 1, 15, 16, 17, 63, 64, 65, 1000, 17_000] {
        let plain: Vec<u8> = (0..length).map(|at: usize| at.to_le_bytes()[0]).collect();
        let sealed = seals.seal(scope(1), b"place", &plain).unwrap();
        assert_eq!(sealed.len(), length + HEADER + NONCE + TAG);
        assert_eq!(seals.open(scope(1), b"place", &sealed).unwrap(), plain);
    }
}

/// I5: a sealed value with any bit changed, or with a byte missing or added, does not open.
#[test]
fn a_sealed_value_with_a_changed_bit_or_missing_byte_does_not_open() {
    let seals = seals();
    let sealed = seals.seal(scope(1), b"place", b"salary: 100").unwrap();
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let refused = seals.open(scope(1), b"place", &changed).unwrap_err();
        let expected = match bit / 8 {
            0 if FORMATS.contains(&changed[0]) => OpenError::Version,
            0 => OpenError::Broken,
            1..HEADER => OpenError::UnknownRoot,
            _ => OpenError::Broken,
        };
        assert_eq!(refused, expected, "bit {bit}");
    }
    for length in 0..sealed.len() {
        assert_eq!(seals.open(scope(1), b"place", &sealed[..length]), Err(OpenError::Broken));
    }
    let longer = [sealed.as_slice(), &[0]].concat();
    assert_eq!(seals.open(scope(1), b"place", &longer), Err(OpenError::Broken));
}

/// I5: a sealed value does not open for another tenant, another purpose or another place.
#[test]
fn a_sealed_value_does_not_open_in_another_scope() {
    let seals = seals();
    let sealed = seals.seal(scope(1), b"place", b"salary: 100").unwrap();
    let other_purpose = KeyScope { purpose: Purpose::of("cached bodies"), ..scope(1) };
    for (elsewhere, place) in [
        (scope(2), &b"place"[..]),
        (other_purpose, b"place"),
        (scope(1), b"plac"),
        (scope(1), b"places"),
        (scope(1), b""),
    ] {
        assert_eq!(seals.open(elsewhere, place, &sealed), Err(OpenError::Broken));
    }
}

/// I5: a sealed value names its root key, and is sealed again under the current one only once.
#[test]
fn a_sealed_value_is_resealed_under_the_current_root_key() {
    let [old, new] = [root(1), root(2)];
    let [before, both, after] =
        [Seals::new(&old, None), Seals::new(&new, Some(&old)), Seals::new(&new, None)];
    let sealed = before.seal(scope(1), b"place", b"hello").unwrap();
    for (seals, under) in [
        (&before, SealedUnder::Current),
        (&both, SealedUnder::Previous),
        (&after, SealedUnder::Neither),
    ] {
        assert_eq!(seals.sealed_under(&sealed), under);
    }
    assert!(before.reseal(scope(1), b"place", &sealed).unwrap().is_none());
    let resealed = both.reseal(scope(1), b"place", &sealed).unwrap().unwrap();
    assert_eq!(both.sealed_under(&resealed), SealedUnder::Current);
    assert_eq!(after.open(scope(1), b"place", &resealed).unwrap(), b"hello");
    assert!(both.reseal(scope(1), b"place", &resealed).unwrap().is_none());
    for (seals, place) in [(&both, &b"elsewhere"[..]), (&after, b"place")] {
        assert!(matches!(seals.reseal(scope(1), place, &sealed), Err(ResealError::Open(_))));
    }
    for odd in [&[][..], &[VERSION], &sealed[..4], &[9; 64]] {
        assert_eq!(both.sealed_under(odd), SealedUnder::Neither, "{odd:?}");
    }
}

#[test]
fn sealing_the_same_text_twice_gives_different_values() {
    let seals = seals();
    let seal = || seals.seal(scope(1), b"place", b"hello").unwrap();
    assert_ne!(seal(), seal());
}

#[test]
fn the_previous_root_key_still_opens_and_no_longer_seals() {
    let (old, new) = (RootKey::random().unwrap(), RootKey::random().unwrap());
    let [before, rotating, after] =
        [Seals::new(&old, None), Seals::new(&new, Some(&old)), Seals::new(&new, None)];
    let from_before = before.seal(scope(1), b"place", b"hello").unwrap();
    assert_eq!(rotating.open(scope(1), b"place", &from_before).unwrap(), b"hello");
    assert_eq!(after.open(scope(1), b"place", &from_before), Err(OpenError::UnknownRoot));
    let from_then = rotating.seal(scope(1), b"place", b"hello").unwrap();
    assert_eq!(after.open(scope(1), b"place", &from_then).unwrap(), b"hello");
    assert_eq!(before.open(scope(1), b"place", &from_then), Err(OpenError::UnknownRoot));
}

/// The expected value was computed with Python's `hmac`, following the steps of RFC 5869.
#[test]
fn a_derived_key_is_the_one_of_the_rfc() {
    let scope = KeyScope {
        purpose: PURPOSE,
        tenant: Uuid::from_u128(0x0192_f0c1_a2b3_74d5_8697_0819_2a3b_4c5d),
    };
    let key = Root::of(&root(0)).key(scope);
    let digits = hexadecimal(key.as_slice());
    assert_eq!(digits, "a8ac74cbcc8a4042837b88a215a89006842ecb42208aedcc1934553cf1f47268");
}

/// T4g: a MAC differs for each scope, message and root key, and the MAC under the previous root key can still be computed.
#[test]
fn a_mac_depends_on_scope_message_and_root_key() {
    let (old, new) = (RootKey::random().unwrap(), RootKey::random().unwrap());
    let [before, rotating] = [Seals::new(&old, None), Seals::new(&new, Some(&old))];
    let mac = before.mac(scope(1), b"message");
    let other_purpose = KeyScope { purpose: Purpose::of("cached bodies"), ..scope(1) };
    assert_eq!(mac, before.mac(scope(1), b"message"));
    for other in [
        before.mac(scope(2), b"message"),
        before.mac(other_purpose, b"message"),
        before.mac(scope(1), b"messages"),
        rotating.mac(scope(1), b"message"),
    ] {
        assert_ne!(mac, other);
    }
    let both: Vec<_> = rotating.macs(scope(1), b"message").collect();
    assert_eq!(both, [rotating.mac(scope(1), b"message"), mac]);
}

/// The expected value was computed with Python's `hmac`, under the key of the test above.
#[test]
fn a_mac_is_the_one_of_the_rfc() {
    let scope = KeyScope {
        purpose: PURPOSE,
        tenant: Uuid::from_u128(0x0192_f0c1_a2b3_74d5_8697_0819_2a3b_4c5d),
    };
    let digits = hexadecimal(&Root::of(&root(0)).mac(scope, b"message"));
    assert_eq!(digits, "cd7d981be7dfe3dbdbac131010335eee2d21e773a1b7a1385a22a4ffdf92fd89");
}

/// The test vector of RFC 5869, appendix A.1.
#[test]
fn the_vector_of_the_rfc_is_met() {
    let salt: Vec<u8> = (0..=0x0c).collect();
    let info: Vec<u8> = (0xf0..=0xf9).collect();
    let mut key = [0; 42];
    Hkdf::<Sha256>::new(Some(&salt), &[0x0b; 22]).expand(&info, &mut key).unwrap();
    let digits = hexadecimal(&key);
    assert_eq!(
        digits,
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    );
}

#[test]
fn nothing_shows_a_key() {
    assert_eq!(format!("{:?}", seals()), "Seals(1 root keys)");
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"))
}

/// G14: a MAC that names its root key is verified under the current and the previous root key, and not without them.
#[test]
fn a_named_mac_is_verified_under_both_root_keys() {
    let (old, new) = (root(1), root(2));
    let (before, during) = (Seals::new(&old, None), Seals::new(&new, Some(&old)));
    let after = Seals::new(&new, None);
    let made_before = before.named_mac(scope(1), b"message");
    let made_during = during.named_mac(scope(1), b"message");
    assert_eq!(before.verify_named_mac(scope(1), b"message", &made_before), Ok(()));
    assert_eq!(during.verify_named_mac(scope(1), b"message", &made_before), Ok(()));
    assert_eq!(during.verify_named_mac(scope(1), b"message", &made_during), Ok(()));
    assert_eq!(after.verify_named_mac(scope(1), b"message", &made_during), Ok(()));
    for (seals, mac) in [(&after, made_before), (&before, made_during)] {
        let refused = seals.verify_named_mac(scope(1), b"message", &mac);
        assert_eq!(refused, Err(OpenError::UnknownRoot));
    }
}

/// G14: a MAC is rejected if a bit, the length, the tenant, the purpose or the message differs.
#[test]
fn a_named_mac_with_any_other_input_is_refused() {
    let seals = seals();
    let mac = seals.named_mac(scope(1), b"message");
    for bit in 0..mac.len() * 8 {
        let mut changed = mac;
        changed[bit / 8] ^= 1 << (bit % 8);
        let expected = if bit / 8 < NAME { OpenError::UnknownRoot } else { OpenError::Broken };
        let refused = seals.verify_named_mac(scope(1), b"message", &changed);
        assert_eq!(refused, Err(expected), "bit {bit}");
    }
    for length in 0..mac.len() {
        let refused = seals.verify_named_mac(scope(1), b"message", &mac[..length]);
        assert_eq!(refused, Err(OpenError::Broken), "{length} bytes");
    }
    let other_purpose = KeyScope { purpose: Purpose::of("session records"), ..scope(1) };
    for (scope, message) in
        [(scope(2), &b"message"[..]), (other_purpose, b"message"), (scope(1), b"massage")]
    {
        assert_eq!(seals.verify_named_mac(scope, message, &mac), Err(OpenError::Broken));
    }
}
