//! Other people's clients, pinned and unchanged, sign in at the product: what they expect of Cognito and of `OpenID` Connect is what they find.
#![expect(clippy::unwrap_used, reason = "what is missing here fails the test that wants it")]

mod cognito;
mod oidc;
mod script;
mod tokens;
mod world;
