//! Unmodified third-party clients, at pinned versions, use the product as they would use Cognito or an `OpenID` Connect provider.
#![expect(clippy::unwrap_used, reason = "a missing value fails the test that needs it")]

mod cognito;
mod oidc;
mod script;
mod tokens;
mod world;
