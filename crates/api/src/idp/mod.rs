//! The identity provider: one user pool for each company. Clients use it through OpenID Connect or through Cognito's own protocol.

mod client_secret;
pub(crate) mod cognito;
mod external;
mod issue;
pub(crate) mod oidc;
mod pools;
mod remembered;
mod revoked_key;
mod sign_in;
mod snapshot;
mod verify;

pub use client_secret::{ClientSecret, NoSecret};
pub use external::{Asked, ExternalIssuers, KeyFeed, NotTrusted};
pub(crate) use external::{Borne, Guest, verify_bearer};
pub(crate) use issue::{Issued, Protocol, SignIn, begin, refresh};
pub use pools::{Pools, PoolsError};
pub(crate) use snapshot::Application;
pub use verify::VerifiedTokens;
pub(crate) use verify::{Verified, sign_in_of, verify_access, verify_id, verify_own_access};
