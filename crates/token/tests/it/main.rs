//! Tokens from outside: the vectors of Wycheproof, what we issue, and the attacks.
#![expect(clippy::unwrap_used, reason = "what is missing here fails the test that wants it")]

mod attack;
mod attacks_on_claims;
mod attacks_on_headers;
mod attacks_on_spelling;
mod external;
mod hint;
mod issue;
mod keys;
mod pool;
mod rotation;
mod wycheproof;
