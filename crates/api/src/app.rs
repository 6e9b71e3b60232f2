//! What the handlers of one worker work with.

use std::sync::Arc;

use cache::Cache;
use credential::Passwords;
use session::{RedisLink, Sessions};
use store::Store;
use throttle::Throttle;

use crate::{Directory, ExternalIssuers, Pools, ReadinessProbe, Settings, Ui, VerifiedTokens};

/// The application of one worker. Cache and sessions hold this worker's own Redis connections; the rest is shared.
#[derive(Clone)]
pub struct Api {
    /// PostgreSQL.
    pub store: Store,
    /// Finished bodies, epochs, tenant states.
    pub cache: Cache,
    /// Sessions.
    pub sessions: Sessions,
    /// The connection to the Redis of sessions and states, over which binding asks all that it needs to know at once.
    pub redis: RedisLink,
    /// The pool that hashes.
    pub passwords: Passwords,
    /// The limits on guessing.
    pub throttle: Throttle,
    /// Slug → tenant.
    pub directory: Directory,
    /// User pools, applications, and the keys that sign for them.
    pub pools: Pools,
    /// Tokens that were verified a moment ago.
    pub verified: VerifiedTokens,
    /// Issuers that companies trust besides their own pools.
    pub external: ExternalIssuers,
    /// Whether the node can answer.
    pub readiness: ReadinessProbe,
    /// What the operator chose.
    pub settings: Arc<Settings>,
    /// The built pages, if there are any.
    pub ui: Option<Arc<Ui>>,
    /// The locks that are off.
    #[cfg(feature = "lab")]
    pub faults: lab::Faults,
}

impl Api {
    /// Whether an account may be used here: outside of a demonstration its accounts, whose password everybody knows, belong to nobody.
    pub(crate) fn shows(&self, demo: bool) -> bool {
        !demo || self.settings.demo_password.is_some()
    }
}
