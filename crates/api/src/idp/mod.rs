//! The identity provider: one user pool for each company. Clients use it through OpenID Connect or through Cognito's own protocol.

mod client_secret;
pub(crate) mod cognito;
mod external;
mod issue;
pub(crate) mod oidc;
mod pools;
mod revoked_key;
mod sign_in;
mod snapshot;
mod token_cache;
mod verify;

pub use client_secret::{ClientSecret, ClientSecretError};
pub(crate) use external::{BearerToken, ExternalIdentity, verify_bearer};
pub use external::{ExternalIssuers, KeyFeed, KeyRequest, RejectedKeys};
pub(crate) use issue::{Issued, Protocol, SignIn, begin, refresh};
pub use pools::{Pools, PoolsError};
pub(crate) use snapshot::Application;
pub use verify::VerifiedTokens;
pub(crate) use verify::{Verified, sign_in_of, verify_access, verify_id, verify_own_access};
