//! An envelope opens only for the cache entry it was made for.

use lab::Faults;
use seal::RootKey;

use super::*;
use crate::{
    DepartmentList, EmployeeDetail, Key, Loaded,
    test_viewer::{entry_id, state},
};

fn seals() -> Seals {
    Seals::new(&RootKey::random().unwrap(), None)
}

fn sealed(seals: &Seals, at: &CacheEntryId) -> Vec<u8> {
    let body = Body::encode(at, &Loaded { value: "hello", rows: vec![] }).unwrap();
    close(seals, &Faults::default(), at, 0, "request", body).unwrap()
}

fn open_with_all_locks(
    seals: &Seals,
    at: &CacheEntryId,
    bytes: &[u8],
) -> Result<Body, EnvelopeError> {
    open(seals, &Faults::default(), at, bytes)
}

fn employee_detail() -> EmployeeDetail {
    EmployeeDetail(domain::EmployeeId::from_uuid(uuid::Uuid::nil()))
}

/// I5: an envelope opens only under its own tenant, key and epoch.
#[test]
fn an_envelope_opens_only_where_it_belongs() {
    let (seals, state) = (seals(), state());
    let at = entry_id(1, &DepartmentList, &state);
    let bytes = sealed(&seals, &at);
    let body = open_with_all_locks(&seals, &at, &bytes).unwrap();
    assert!(body.belongs_to(&at) && body.tenant() == at.tenant);

    let elsewhere = [entry_id(2, &DepartmentList, &state), entry_id(1, &employee_detail(), &state)];
    for other in &elsewhere {
        assert_eq!(open_with_all_locks(&seals, other, &bytes), Err(EnvelopeError::Seal));
    }
    let later = entry_id(1, &DepartmentList, &self::state());
    assert_eq!(open_with_all_locks(&seals, &later, &bytes), Err(EnvelopeError::Stale));
}

/// I5: an envelope with one changed bit is rejected, and so are bytes that are not an envelope.
#[test]
fn a_changed_envelope_is_rejected() {
    let (seals, at) = (seals(), entry_id(1, &DepartmentList, &state()));
    let bytes = sealed(&seals, &at);
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(open_with_all_locks(&seals, &at, &changed).is_err(), "bit {bit}");
    }
    for odd in [&b""[..], br#"[{"email":"a@betaco.com"}]"#, &bytes[..bytes.len() / 2]] {
        assert_eq!(open_with_all_locks(&seals, &at, odd), Err(EnvelopeError::Seal));
    }
}

/// While versions or root keys change, an envelope of another version or root key is a miss without an alert.
#[test]
fn an_envelope_of_another_version_is_a_plain_miss() {
    let (seals, at) = (seals(), entry_id(1, &DepartmentList, &state()));
    let mut newer = sealed(&seals, &at);
    newer[0] += 1;
    assert_eq!(open_with_all_locks(&seals, &at, &newer), Err(EnvelopeError::Unfamiliar));
    let under_another_root = sealed(&self::seals(), &at);
    assert_eq!(
        open_with_all_locks(&seals, &at, &under_another_root),
        Err(EnvelopeError::Unfamiliar)
    );
    let inside = seals.seal(scope(&at), at.name.as_bytes(), &[VERSION + 1, 0, 0]).unwrap();
    assert_eq!(open_with_all_locks(&seals, &at, &inside), Err(EnvelopeError::Unfamiliar));
}

/// I5: the stamp alone rejects a foreign body whose envelope opens, as if the seal were off.
#[test]
fn the_stamp_rejects_a_foreign_body_that_the_seal_accepts() {
    let (seals, state) = (seals(), state());
    let (acme, betaco) =
        (entry_id(1, &DepartmentList, &state), entry_id(2, &DepartmentList, &state));
    let of = |entry_id: &CacheEntryId| {
        Body::encode(entry_id, &Loaded { value: 7, rows: vec![] }).unwrap()
    };
    for (foreign, expected) in [
        (of(&betaco), EnvelopeError::ForeignTenant(Box::new(of(&betaco)))),
        (
            of(&entry_id(1, &employee_detail(), &state)),
            EnvelopeError::ForeignKey(Box::new(of(&entry_id(1, &employee_detail(), &state)))),
        ),
    ] {
        let bytes = close(&seals, &Faults::default(), &acme, 0, "request", foreign).unwrap();
        assert_eq!(open_with_all_locks(&seals, &acme, &bytes), Err(expected));
    }
}

/// The bytes in Redis reveal nothing about the body.
#[test]
fn an_envelope_reveals_nothing_about_its_body() {
    let (seals, at) = (seals(), entry_id(1, &employee_detail(), &state()));
    let body = Body::encode(&at, &Loaded { value: "salary", rows: vec![] }).unwrap();
    let bytes = close(&seals, &Faults::default(), &at, 0, "request", body).unwrap();
    for word in ["salary", "request", EmployeeDetail::FAMILY.as_str()] {
        assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "{word}");
    }
}
