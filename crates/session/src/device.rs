//! The device that a user signed in from. It is personal data, so records contain it only sealed.

use std::net::IpAddr;

use domain::TenantId;
use seal::{KeyScope, Purpose, SealError, Seals};

use crate::id::RecordKey;

const PURPOSE: Purpose = Purpose::of("session device");
/// The most bytes of a user agent that a record keeps.
const MAX_USER_AGENT: usize = 256;

/// The device that a user signed in from, as the request described it. Nothing in it is verified except the address.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Device {
    /// The `User-Agent` header; empty if there was none.
    pub user_agent: String,
    /// The client's address; `None` if it is not known.
    pub address: Option<IpAddr>,
}

impl Device {
    /// Seals the device for the record under `key`, so that a copy of the store shows neither browser nor address.
    pub(crate) fn seal(
        &self,
        seals: &Seals,
        tenant: TenantId,
        key: &RecordKey,
    ) -> Result<Vec<u8>, SealError> {
        let address = self.address.map(|address| address.to_string()).unwrap_or_default();
        let end = self.user_agent.floor_char_boundary(MAX_USER_AGENT);
        let plain = format!("{address}\n{}", &self.user_agent[..end]);
        seals.seal(scope(tenant), key.as_str().as_bytes(), plain.as_bytes())
    }

    /// Opens what [`Self::seal`] sealed. An unreadable value is an unknown device, because the record's MAC has been verified and nothing depends on it.
    pub(crate) fn open(seals: &Seals, tenant: TenantId, key: &RecordKey, sealed: &[u8]) -> Self {
        let opened = seals.open(scope(tenant), key.as_str().as_bytes(), sealed);
        let Ok(Ok(text)) = opened.map(String::from_utf8) else {
            tracing::warn!(%tenant, "session.device.unreadable");
            return Self::default();
        };
        let (address, user_agent) = text.split_once('\n').unwrap_or_default();
        Self { user_agent: user_agent.to_owned(), address: address.parse().ok() }
    }
}

/// Personal data, so `{:?}` prints no field.
impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Device(…)")
    }
}

fn scope(tenant: TenantId) -> KeyScope {
    KeyScope { purpose: PURPOSE, tenant: tenant.as_uuid() }
}

#[cfg(test)]
mod tests {
    use lab::Faults;
    use seal::RootKey;
    use uuid::Uuid;

    use super::*;
    use crate::id::SessionId;

    fn place() -> (Seals, TenantId, RecordKey) {
        let (seals, tenant) = (
            Seals::new(&RootKey::random().unwrap(), None),
            TenantId::from_uuid(Uuid::from_u128(1)),
        );
        let key = SessionId::random().unwrap().record_key(tenant, &Faults::default());
        (seals, tenant, key)
    }

    #[test]
    fn a_device_opens_under_its_own_key_only() {
        let (seals, tenant, key) = place();
        let device = Device {
            user_agent: "Mozilla/5.0\n(X11)".to_owned(),
            address: Some("2001:db8::7".parse().unwrap()),
        };
        let sealed = device.seal(&seals, tenant, &key).unwrap();
        assert!(!sealed.windows(7).any(|part| part == b"Mozilla"));
        assert_eq!(Device::open(&seals, tenant, &key, &sealed), device);
        let (_, _, other) = place();
        assert_eq!(Device::open(&seals, tenant, &other, &sealed), Device::default());
    }

    #[test]
    fn a_long_user_agent_is_cut_between_characters() {
        let (seals, tenant, key) = place();
        let device = Device { user_agent: "ä".repeat(200), address: None };
        let opened =
            Device::open(&seals, tenant, &key, &device.seal(&seals, tenant, &key).unwrap());
        assert_eq!(opened.user_agent, "ä".repeat(128));
        let odd = Device { user_agent: format!("a{}", "ä".repeat(200)), address: None };
        let opened = Device::open(&seals, tenant, &key, &odd.seal(&seals, tenant, &key).unwrap());
        assert_eq!(opened.user_agent.len(), 255);
    }

    #[test]
    fn a_debug_print_shows_no_device() {
        assert_eq!(format!("{:?}", Device::default()), "Device(…)");
    }
}
