//! The identity provider, without HTTP: user pools and their keys, applications, and the tokens that are issued, verified and revoked for them.
//!
//! Every company has one user pool. `api` serves the pools through OpenID Connect and through Cognito's own protocol, and binds requests with the tokens that
//! this crate verifies.
//!
//! The crate's secret is which key is believed for which pool. No other crate reads the key ring: a caller passes the text of a token and receives a verified
//! token, an error, or `None`. A company's pool is found through its token's key, so a token never chooses its tenant by a claim.

mod account_name;
mod application;
mod authorization_code;
mod bearer_token;
mod client_secret;
mod error;
mod external;
mod issue;
mod pool;
mod pools;
mod provider;
mod remembered_device;
mod revoke;
mod role_change;
mod sign_in;
mod snapshot;
mod token_cache;
mod verify;

pub use account_name::AccountName;
pub use application::{Application, InvalidScopes, UnknownScopes};
pub use authorization_code::{AuthorizationCode, InvalidCode};
pub use bearer_token::BearerToken;
pub use client_secret::{ClientSecret, ClientSecretError};
pub use error::{IssueError, PoolsError, RevokeError, SignInError, VerifyError};
pub use external::{ExternalIdentity, ExternalIssuers, KeyFeed, KeyRequest, RejectedKeys};
pub use issue::{IssuedTokens, Protocol, SignIn, new_origin};
pub use pool::Pool;
pub use pools::{JWKS_MAX_AGE, Pools};
pub use provider::IdentityProvider;
pub use remembered_device::{
    InvalidRememberToken, REMEMBERED, RememberError, RememberToken, RememberedDevice,
};
pub use revoke::Revocations;
pub use verify::{VerifiedToken, VerifiedTokens, sign_in_of};
