//! Tokens from outside: the vectors of Wycheproof, what we issue, and the attacks.

mod wycheproof;
