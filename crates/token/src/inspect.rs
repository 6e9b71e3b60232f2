//! What stands in a token of ours, for people who want to see it: after it was verified, and never before.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::{KeyRing, Refused, TokenUse, json};

/// A token that was verified, with all that stands in it. It is for the eye: nobody may act on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspected {
    token_use: TokenUse,
    header: Value,
    claims: Value,
}

impl KeyRing {
    /// Verifies a token of either kind as it is verified for use, and shows what is in it.
    ///
    /// # Errors
    /// [`Refused`] says why nothing is shown.
    pub fn inspect(&self, token: &str, now: DateTime<Utc>) -> Result<Inspected, Refused> {
        let token_use = match self.verify_access(token, now) {
            Ok(_) => TokenUse::Access,
            Err(Refused::WrongUse) => self.verify_id(token, now).map(|_| TokenUse::Id)?,
            Err(refused) => return Err(refused),
        };
        let (trusted, payload) = self.open(token, token_use, now)?;
        let claims = json::object(&payload).ok_or(Refused::Claims)?;
        let header = json!({ "kid": trusted.key.kid(), "alg": trusted.key.algorithm() });
        Ok(Inspected { token_use, header, claims })
    }
}

impl Inspected {
    /// Which kind of token it is.
    pub const fn token_use(&self) -> TokenUse {
        self.token_use
    }

    /// Its header: the key and how it signed.
    pub const fn header(&self) -> &Value {
        &self.header
    }

    /// Its claims.
    pub const fn claims(&self) -> &Value {
        &self.claims
    }
}
