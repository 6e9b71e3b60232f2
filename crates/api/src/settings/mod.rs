//! The operator's settings that HTTP needs.

mod public_url;
mod trusted_proxies;

use std::time::Duration;

use credential::sigv4::AdminCredentials;

pub use public_url::{InvalidPublicUrl, PublicUrl};
pub use trusted_proxies::{InvalidProxies, TrustedProxies};

/// The operator's settings that HTTP needs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The URL at which clients reach the product.
    pub public_url: PublicUrl,
    /// The password of all demo accounts; `None` outside a demonstration, where no demo account is listed.
    pub demo_password: Option<String>,
    /// Whether requests from other machines are refused, as in a demonstration.
    pub local_only: bool,
    /// The access keys of the administrators of pools.
    pub admins: AdminCredentials,
    /// How long a client may take to send a body; after that the reply is 408.
    pub body_timeout: Duration,
    /// The proxies that may report the client's address of a request.
    pub proxies: TrustedProxies,
    /// Where sessions are stored, as the operator configured it. A demonstration shows it.
    pub session_store: String,
}

impl Settings {
    /// Whether this node is a demonstration, whose accounts have a public password.
    pub(crate) const fn is_demonstration(&self) -> bool {
        self.demo_password.is_some()
    }
}
