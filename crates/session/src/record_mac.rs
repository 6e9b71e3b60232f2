//! The MAC of a session record (the lock `SessionMac`). It proves that a node with our root key wrote this record for this tenant under this key.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::TenantId;
use seal::{KeyScope, NAMED_MAC, OpenError, Purpose, Seals};

use crate::{
    id::RecordKey,
    record::{FIELD_NAMES, Fields},
};

const PURPOSE: Purpose = Purpose::of("session record");
/// The index of the MAC among the fields. It covers all fields before it.
const MAC: usize = FIELD_NAMES.len() - 1;

/// The reason why a record is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotAuthentic {
    /// The record was written under a root key that this node does not have. This also happens while the root key is being changed, so it is not an alert.
    #[error("the session record was authenticated with another root key")]
    UnknownRoot,
    /// The record has no MAC, or the MAC of another tenant, another key or other fields: no node of ours wrote this record here.
    #[error("the session record has no valid MAC")]
    Forged,
}

/// Sets the MAC of a record before it is written for `tenant` under `key`.
pub(crate) fn set(seals: &Seals, tenant: TenantId, key: &RecordKey, fields: &mut Fields) {
    let mac = seals.named_mac(scope(tenant), &message(key, fields));
    fields[MAC] = Some(URL_SAFE_NO_PAD.encode(mac).into_bytes());
}

/// Verifies the MAC of a record that was found for `tenant` under `key`. The MAC does not cover the time to live, because requests extend it.
pub(crate) fn verify(
    seals: &Seals,
    tenant: TenantId,
    key: &RecordKey,
    fields: &Fields,
) -> Result<(), NotAuthentic> {
    let text = fields[MAC].as_deref().ok_or(NotAuthentic::Forged)?;
    let mut mac = [0; NAMED_MAC];
    match URL_SAFE_NO_PAD.decode_slice(text, &mut mac) {
        Ok(NAMED_MAC) => {}
        _ => return Err(NotAuthentic::Forged),
    }
    seals.verify_named_mac(scope(tenant), &message(key, fields), &mac).map_err(|refused| {
        match refused {
            OpenError::UnknownRoot => NotAuthentic::UnknownRoot,
            OpenError::Version | OpenError::Broken => NotAuthentic::Forged,
        }
    })
}

fn scope(tenant: TenantId) -> KeyScope {
    KeyScope { purpose: PURPOSE, tenant: tenant.as_uuid() }
}

/// Encodes the key and every field before the MAC. Each has its length in front, and a missing field differs from an empty one, so no two records have the same
/// message.
fn message(key: &RecordKey, fields: &Fields) -> Vec<u8> {
    let mut message = Vec::with_capacity(512);
    push(&mut message, key.as_str().as_bytes());
    for field in &fields[..MAC] {
        message.push(u8::from(field.is_some()));
        push(&mut message, field.as_deref().unwrap_or_default());
    }
    message
}

fn push(message: &mut Vec<u8>, part: &[u8]) {
    message.extend_from_slice(&(part.len() as u64).to_be_bytes());
    message.extend_from_slice(part);
}

#[cfg(test)]
mod tests {
    use seal::RootKey;
    use uuid::Uuid;

    use super::*;
    use crate::id::SessionId;
    use lab::Faults;

    fn tenant(number: u128) -> TenantId {
        TenantId::from_uuid(Uuid::from_u128(number))
    }

    fn seals() -> Seals {
        Seals::new(&RootKey::random().unwrap(), None)
    }

    fn key(tenant: TenantId) -> RecordKey {
        SessionId::random().unwrap().record_key(tenant, &Faults::default())
    }

    fn fields() -> Fields {
        let mut fields = Fields::default();
        for (field, name) in fields.iter_mut().zip(FIELD_NAMES) {
            *field = Some(name.as_bytes().to_vec());
        }
        fields
    }

    /// G14: a record is accepted for its own tenant under its own key, and nowhere else.
    #[test]
    fn a_record_is_accepted_for_its_tenant_under_its_key_only() {
        let (seals, tenants) = (seals(), [tenant(1), tenant(2)]);
        let (own, mut fields) = (key(tenants[0]), fields());
        set(&seals, tenants[0], &own, &mut fields);
        assert_eq!(verify(&seals, tenants[0], &own, &fields), Ok(()));
        for (tenant, key) in [
            (tenants[1], own.clone()),
            (tenants[0], key(tenants[0])),
            (tenants[1], key(tenants[1])),
        ] {
            assert_eq!(verify(&seals, tenant, &key, &fields), Err(NotAuthentic::Forged));
        }
        let other = Seals::new(&RootKey::random().unwrap(), None);
        assert_eq!(verify(&other, tenants[0], &own, &fields), Err(NotAuthentic::UnknownRoot));
    }

    /// G14: every field is covered: a record is rejected if a field was changed, emptied or removed, or if its last byte was moved into the next field.
    #[test]
    fn a_record_with_a_changed_field_is_rejected() {
        let (seals, tenant) = (seals(), tenant(1));
        let (key, mut good) = (key(tenant), fields());
        set(&seals, tenant, &key, &mut good);
        let refused = |fields: &Fields| {
            assert_eq!(
                verify(&seals, tenant, &key, fields),
                Err(NotAuthentic::Forged),
                "{fields:?}"
            );
        };
        for at in 0..FIELD_NAMES.len() {
            for other in [None, Some(Vec::new()), Some(b"hr_admin".to_vec())] {
                let mut changed = good.clone();
                changed[at] = other;
                refused(&changed);
            }
        }
        for at in 0..MAC - 1 {
            let mut moved = good.clone();
            let last = moved[at].as_mut().and_then(Vec::pop).unwrap();
            moved[at + 1].as_mut().unwrap().insert(0, last);
            refused(&moved);
        }
        refused(&Fields::default());
    }

    /// G14: a missing field is not the same as an empty one.
    #[test]
    fn a_missing_field_is_not_an_empty_one() {
        let (seals, tenant) = (seals(), tenant(1));
        let (key, mut without) = (key(tenant), fields());
        without[1] = None;
        set(&seals, tenant, &key, &mut without);
        assert_eq!(verify(&seals, tenant, &key, &without), Ok(()));
        without[1] = Some(Vec::new());
        assert_eq!(verify(&seals, tenant, &key, &without), Err(NotAuthentic::Forged));
    }

    /// G14: a record stays valid while the root key is being changed.
    #[test]
    fn a_record_is_accepted_under_the_previous_root_key() {
        let [old, new] = [RootKey::random().unwrap(), RootKey::random().unwrap()];
        let tenant = tenant(1);
        let (key, mut fields) = (key(tenant), fields());
        set(&Seals::new(&old, None), tenant, &key, &mut fields);
        assert_eq!(verify(&Seals::new(&new, Some(&old)), tenant, &key, &fields), Ok(()));
        let after = verify(&Seals::new(&new, None), tenant, &key, &fields);
        assert_eq!(after, Err(NotAuthentic::UnknownRoot));
    }
}
