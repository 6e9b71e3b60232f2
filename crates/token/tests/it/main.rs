//! Tests of the public API: the Wycheproof vectors, the tokens that we issue, and forged tokens.
#![expect(clippy::unwrap_used, reason = "a missing value fails the test that needs it")]

mod attack;
mod attacks_on_claims;
mod attacks_on_headers;
mod attacks_on_spelling;
mod external;
mod id_token_hint;
mod issue;
mod keys;
mod pool;
mod rotation;
mod wycheproof;
