//! One session that a test of a store follows while it breaks the store.

use chrono::Utc;
use domain::TenantId;

use super::{POLICY, someone};
use crate::{
    device::Device,
    error::Error,
    id::SessionId,
    sessions::{Session, Sessions, SignedIn},
};

/// A session of a new account at a new tenant.
pub struct OneSession<'a> {
    sessions: &'a Sessions,
    tenant: TenantId,
    id: SessionId,
}

impl<'a> OneSession<'a> {
    /// Begins the session.
    ///
    /// # Panics
    /// If the store does not answer.
    pub async fn begin(sessions: &'a Sessions) -> Self {
        let who = SignedIn { device: device(), ..someone() };
        let tenant = who.tenant;
        let started = sessions.start(who, Utc::now()).await.expect("the session starts");
        Self { sessions, tenant, id: started.id }
    }

    /// Whether the session is valid.
    ///
    /// # Panics
    /// If the store does not answer.
    pub async fn is_valid(&self) -> bool {
        self.look_up().await.expect("the store answers").is_some()
    }

    /// Whether the store does not answer a lookup of the session. That differs from a session that does not exist (row O6).
    pub async fn is_unavailable(&self) -> bool {
        matches!(self.look_up().await, Err(Error::Unavailable(_)))
    }

    /// Checks that a part of a dump contains in readable form neither the cookie's value, nor the browser or the IP address of the user (row S1).
    ///
    /// # Panics
    /// If it contains one of them.
    pub fn assert_hidden_in(&self, dump: &[u8]) {
        assert_hidden_in(&self.id, dump);
    }

    async fn look_up(&self) -> Result<Option<Session>, Error> {
        self.sessions.load(self.tenant, &self.id, POLICY, Utc::now()).await
    }
}

/// A device whose parts are easy to find in a dump.
pub(super) fn device() -> Device {
    let address = "198.51.100.77".parse().ok();
    Device { user_agent: "Mozilla/5.0 Firefox".to_owned(), address }
}

/// Checks that bytes contain neither a text of [`device`] nor the value of this session's cookie.
pub(super) fn assert_hidden_in(id: &SessionId, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for secret in ["Mozilla", "Firefox", "198.51.100", &id.to_cookie_value()] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
