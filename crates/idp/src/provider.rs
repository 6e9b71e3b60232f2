//! The identity provider of one worker.

use credential::Passwords;
use store::Store;

use crate::{ExternalIssuers, Pools, Revocations, VerifiedTokens};

/// The identity provider of one worker: it issues, verifies and revokes tokens. Only the Redis connections of `revocations` belong to the worker; everything
/// else is shared with the other workers.
#[derive(Clone)]
pub struct IdentityProvider {
    /// User pools, their applications and their signing keys.
    pub pools: Pools,
    /// External issuers that companies trust besides their own pools.
    pub external: ExternalIssuers,
    /// Tokens that were verified recently.
    pub verified: VerifiedTokens,
    /// Ends sessions, and revokes tokens.
    pub revocations: Revocations,
    /// The access to accounts, refresh tokens and companies.
    pub store: Store,
    /// The bounded pool that hashes and verifies passwords.
    pub passwords: Passwords,
    /// Whether demo accounts may be used. Their password is public, so they may be used only while the demonstration is on.
    pub allows_demo_accounts: bool,
}

impl IdentityProvider {
    /// Whether an account may be used. `demo` says whether it is a demo account.
    pub const fn may_use_account(&self, demo: bool) -> bool {
        !demo || self.allows_demo_accounts
    }
}
