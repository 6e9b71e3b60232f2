//! The state that the handlers of one worker use.

use std::sync::Arc;

use cache::Cache;
use credential::Passwords;
use lab::Faults;
use session::{RedisLink, Sessions};
use store::Store;
use throttle::Throttle;

use crate::{Directory, ExternalIssuers, Pools, ReadinessProbe, Settings, Ui, VerifiedTokens};

/// The application of one worker. Cache and sessions have Redis connections of this worker only; the workers share everything else.
#[derive(Clone)]
pub struct Api {
    /// The access to PostgreSQL.
    pub store: Store,
    /// The cache of reply bodies, epochs and tenant states.
    pub cache: Cache,
    /// The store of sessions.
    pub sessions: Sessions,
    /// The connection to the session Redis. Binding a request reads everything that it needs over it in one pipeline.
    pub redis: RedisLink,
    /// The bounded pool that hashes and verifies passwords.
    pub passwords: Passwords,
    /// The limits on guessing secrets.
    pub throttle: Throttle,
    /// Finds a tenant by its slug.
    pub directory: Directory,
    /// User pools, their applications and their signing keys.
    pub pools: Pools,
    /// Tokens that were verified recently.
    pub verified: VerifiedTokens,
    /// External issuers that companies trust besides their own pools.
    pub external: ExternalIssuers,
    /// The readiness check of the node.
    pub readiness: ReadinessProbe,
    /// The operator's settings for HTTP.
    pub settings: Arc<Settings>,
    /// The built pages, if there are any.
    pub ui: Option<Arc<Ui>>,
    /// The locks that are switched off: none, except in a laboratory build.
    pub faults: Faults,
}

impl Api {
    /// Whether an account may be used. Demo accounts have a public password, so they may be used only while the demonstration is on.
    pub(crate) fn may_use_account(&self, demo: bool) -> bool {
        !demo || self.settings.demo_password.is_some()
    }
}
