//! The session id: the cookie holds it, and its digest is the key of the session record.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::TenantId;
use lab::{Faults, Lock};
use sha2::{Digest, Sha256};

const BYTES: usize = 32;

/// 256 random bits without a meaning (rows C1, S1; ASVS 7.2.3). A client that sends them is signed in, so they are never printed, logged or stored.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionId([u8; BYTES]);

/// The text is not a session id: not exactly 43 characters of unpadded base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid session id: expected 43 characters of unpadded base64url")]
pub struct InvalidSessionId;

/// Identifies a session without giving access to it: a digest of tenant and session id. It cannot be used to sign in, so it may be stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SessionDigest(String);

/// The key of a session record. It is derived from the tenant and the id, so a cookie sent to another tenant's host finds nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey {
    text: String,
    /// The length of the prefix: the digest begins there.
    prefix: usize,
}

impl SessionId {
    /// Draws a random id (the first of the three Rs).
    ///
    /// # Errors
    /// If the operating system provides no random bytes.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The cookie's value: 43 characters of base64url.
    pub fn to_cookie_value(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Returns the digest that stands for the id wherever the id must not appear. The lock SessionKey: the tenant is part of digest and key.
    pub(crate) fn digest(&self, tenant: TenantId, faults: &Faults) -> SessionDigest {
        if faults.is_off(Lock::SessionKey) {
            return SessionDigest(URL_SAFE_NO_PAD.encode(Sha256::digest(self.0)));
        }
        let digest =
            Sha256::new().chain_update(tenant.as_uuid().as_bytes()).chain_update(self.0).finalize();
        SessionDigest(URL_SAFE_NO_PAD.encode(digest))
    }

    pub(crate) fn record_key(&self, tenant: TenantId, faults: &Faults) -> RecordKey {
        RecordKey::of(&RecordKey::prefix(tenant, faults), &self.digest(tenant, faults))
    }
}

impl SessionDigest {
    /// The digest as 43 characters of base64url, as a revocation stores it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SessionDigest {
    type Err = InvalidSessionId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; BYTES];
        match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
            Ok(BYTES) => Ok(Self(text.to_owned())),
            _ => Err(InvalidSessionId),
        }
    }
}

impl FromStr for SessionId {
    type Err = InvalidSessionId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; BYTES];
        match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
            Ok(BYTES) => Ok(Self(bytes)),
            _ => Err(InvalidSessionId),
        }
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(…)")
    }
}

impl RecordKey {
    pub(crate) fn of(prefix: &str, digest: &SessionDigest) -> Self {
        Self { text: [prefix, &digest.0].concat(), prefix: prefix.len() }
    }

    /// The common prefix of the keys of all sessions of a tenant. The braces put them into one hash slot of Redis Cluster.
    pub(crate) fn prefix(tenant: TenantId, faults: &Faults) -> String {
        if faults.is_on(Lock::SessionKey) { format!("s:{{{tenant}}}:") } else { "s:".to_owned() }
    }

    /// The digest at the end of the key: the only part that differs between the sessions of one tenant.
    pub(crate) fn digest(&self) -> &str {
        self.text.split_at(self.prefix).1
    }

    /// The digest at the end of the key, as a value of its own.
    pub fn to_digest(&self) -> SessionDigest {
        SessionDigest(self.digest().to_owned())
    }

    /// The part before the digest: the same for every session of the tenant.
    pub(crate) fn before_digest(&self) -> &str {
        self.text.split_at(self.prefix).0
    }

    /// The key of another session of the same tenant.
    #[must_use]
    pub fn sibling(&self, digest: &SessionDigest) -> Self {
        Self::of(self.before_digest(), digest)
    }

    /// The digest of another key of the same tenant; `None` if the text is no such key.
    pub fn digest_of_sibling(&self, key: &str) -> Option<SessionDigest> {
        key.strip_prefix(self.before_digest())?.parse().ok()
    }

    /// The key as text, at most 100 bytes: letters, digits and `:{}-_`.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_id_round_trips() {
        let id = SessionId::random().unwrap();
        assert_eq!(id.to_cookie_value().len(), 43);
        assert_eq!(id.to_cookie_value().parse(), Ok(id));
    }

    /// C1: a truncated, extended, padded or unrelated value is not an id.
    #[test]
    fn a_malformed_id_is_refused() {
        let good = SessionId::random().unwrap().to_cookie_value();
        let long = format!("{good}A");
        for odd in
            ["", "1042", &good[..42], &long, &format!("{good}="), &good.replace(|_| true, "*")]
        {
            assert_eq!(odd.parse::<SessionId>(), Err(InvalidSessionId), "{odd}");
        }
    }

    /// S1: the key holds a digest of the id and never the id. The same id at another tenant has another key.
    #[test]
    fn a_record_key_hides_the_id_and_depends_on_the_tenant() {
        let id = SessionId::random().unwrap();
        let [a, b] = [1, 2]
            .map(|n| id.record_key(TenantId::from_uuid(Uuid::from_u128(n)), &Faults::default()));
        assert_ne!(a, b);
        assert!(!a.as_str().contains(&id.to_cookie_value()));
    }

    #[test]
    fn a_record_key_is_its_prefix_and_its_digest() {
        let tenant = TenantId::from_uuid(Uuid::from_u128(1));
        let id = SessionId::random().unwrap();
        let key = id.record_key(tenant, &Faults::default());
        assert_eq!(key.before_digest(), RecordKey::prefix(tenant, &Faults::default()));
        assert_eq!(key.to_digest(), id.digest(tenant, &Faults::default()));
        assert_eq!([key.before_digest(), key.digest()].concat(), key.as_str());
    }

    #[test]
    fn a_debug_print_shows_no_id() {
        assert_eq!(format!("{:?}", SessionId::random().unwrap()), "SessionId(…)");
    }
}
