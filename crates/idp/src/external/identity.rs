//! A verified user of an external issuer.

use std::sync::Arc;

use tenancy::AccountLink;
use token::VerifiedExternal;

/// An external identity: a verified token of an external issuer, and the account that its subject is linked to.
pub struct ExternalIdentity {
    /// The verified token.
    pub token: VerifiedExternal,
    /// The account that the company linked to the token's subject.
    pub link: AccountLink,
    /// The company that trusts the issuer.
    pub company: Arc<store::Tenant>,
    /// The version of the external keys. It changes when a key is no longer trusted, and then the token is verified again.
    pub(super) version: u64,
}
