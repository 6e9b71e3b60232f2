//! Device cookies: they recognize a device that has signed in to an account before.
//!
//! The cookie does not prove an identity. It only gives the device's attempts for one account their own counter.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::TenantId;
use seal::{KeyScope, Purpose, Seals};
use token::is_same_secret;

const PURPOSE: Purpose = Purpose::of("device cookies");
const ID: usize = 16;
const TIME: usize = 8;
const MAC: usize = 32;

/// The time that a device stays known after its last sign-in.
pub const DEVICE_LIFETIME: TimeDelta = TimeDelta::days(180);

/// A device: a random number that the server chose for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceId([u8; ID]);

impl DeviceId {
    /// Draws the id of a new device.
    ///
    /// # Errors
    /// If the operating system provides no random bytes.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut id = [0; ID];
        getrandom::fill(&mut id)?;
        Ok(Self(id))
    }

    pub(crate) const fn bytes(self) -> [u8; ID] {
        self.0
    }
}

/// Returns the cookie value for a device that has just signed in to the account `name`: `id ‖ seconds ‖ HMAC` in base64url. The HMAC covers the name, but the
/// cookie does not contain it.
pub fn remember_device(
    seals: &Seals,
    tenant: TenantId,
    name: &str,
    device: DeviceId,
    now: DateTime<Utc>,
) -> String {
    let issued = now.timestamp().to_be_bytes();
    let mac = seals.mac(scope(tenant), &message(device.0, issued, name));
    URL_SAFE_NO_PAD.encode([&device.0[..], &issued, &mac].concat())
}

/// Returns the device that a cookie names, if the cookie was issued for this tenant and account at most [`DEVICE_LIFETIME`] ago.
pub fn known_device(
    seals: &Seals,
    tenant: TenantId,
    name: &str,
    value: &str,
    now: DateTime<Utc>,
) -> Option<DeviceId> {
    let mut bytes = [0; ID + TIME + MAC];
    let length = URL_SAFE_NO_PAD.decode_slice(value, &mut bytes).ok()?;
    let (id, rest) = bytes.get(..length)?.split_first_chunk::<ID>()?;
    let (issued, mac) = rest.split_first_chunk::<TIME>()?;
    let mac: &[u8; MAC] = mac.try_into().ok()?;
    let message = message(*id, *issued, name);
    // The previous root key counts too, so that devices stay known while the key is changed.
    if !seals.macs(scope(tenant), &message).any(|ours| is_same_secret(&ours, mac)) {
        return None;
    }
    let issued = DateTime::from_timestamp(i64::from_be_bytes(*issued), 0)?;
    (now - issued <= DEVICE_LIFETIME).then_some(DeviceId(*id))
}

fn message(id: [u8; ID], issued: [u8; TIME], name: &str) -> Vec<u8> {
    [&id[..], &issued, name.as_bytes()].concat()
}

const fn scope(tenant: TenantId) -> KeyScope {
    KeyScope { purpose: PURPOSE, tenant: tenant.as_uuid() }
}

#[cfg(test)]
mod tests {
    use seal::RootKey;
    use uuid::Uuid;

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    /// G2: a device cookie is valid for its own account at its own tenant, unchanged, for 180 days, also while the root key is being changed.
    #[test]
    fn a_device_is_known_for_its_own_account_only() {
        let [old, new] = [(); 2].map(|()| RootKey::random().unwrap());
        let seals = Seals::new(&old, None);
        let [tenant, other] = [1, 2].map(|id| TenantId::from_uuid(Uuid::from_u128(id)));
        let device = DeviceId::random().unwrap();
        let value = remember_device(&seals, tenant, "ama", device, now());
        assert!(value.len() < 80 && !value.contains("ama"));
        assert_eq!(known_device(&seals, tenant, "ama", &value, now()), Some(device));
        let both = Seals::new(&new, Some(&old));
        assert_eq!(known_device(&both, tenant, "ama", &value, now()), Some(device));
        assert_eq!(known_device(&Seals::new(&new, None), tenant, "ama", &value, now()), None);
        assert_eq!(known_device(&seals, other, "ama", &value, now()), None);
        assert_eq!(known_device(&seals, tenant, "ben", &value, now()), None);
        let late = now() + DEVICE_LIFETIME + TimeDelta::seconds(1);
        assert_eq!(known_device(&seals, tenant, "ama", &value, late), None);
    }

    #[test]
    fn a_changed_or_malformed_device_cookie_is_refused() {
        let seals = Seals::new(&RootKey::random().unwrap(), None);
        let tenant = TenantId::from_uuid(Uuid::from_u128(1));
        let value = remember_device(&seals, tenant, "ama", DeviceId::random().unwrap(), now());
        let changed = format!("{}{}", if value.starts_with('A') { 'B' } else { 'A' }, &value[1..]);
        for odd in
            [String::new(), changed, value[1..].to_owned(), format!("{value}A"), "A".repeat(9_000)]
        {
            assert_eq!(known_device(&seals, tenant, "ama", &odd, now()), None, "{odd}");
        }
    }
}
