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

    /// What no store may contain in readable form: the cookie's value, and the browser and the IP address of the user (row S1).
    pub fn secrets(&self) -> Vec<String> {
        secrets(&self.id)
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

/// The texts of [`device`], and the cookie's value.
pub(super) fn secrets(id: &SessionId) -> Vec<String> {
    ["Mozilla", "Firefox", "198.51.100"]
        .map(str::to_owned)
        .into_iter()
        .chain([id.to_cookie_value()])
        .collect()
}
