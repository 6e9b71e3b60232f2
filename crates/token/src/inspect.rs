//! Shows the content of our own tokens to people, only after the token was verified.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::{InvalidToken, KeyRing, TokenUse, json};

/// A verified token with its whole header and all its claims. For display only: never decide anything from it.
#[derive(Clone, Debug, PartialEq)]
pub struct InspectedToken {
    token_use: TokenUse,
    header: Value,
    claims: Value,
}

impl KeyRing {
    /// Verifies an access or ID token with the same checks as for use, and returns its content.
    ///
    /// # Errors
    /// [`InvalidToken`] if the token is not valid.
    pub fn inspect(&self, token: &str, now: DateTime<Utc>) -> Result<InspectedToken, InvalidToken> {
        let token_use = match self.verify_access(token, now) {
            Ok(_) => TokenUse::Access,
            Err(InvalidToken::WrongUse) => self.verify_id(token, now).map(|_| TokenUse::Id)?,
            Err(refused) => return Err(refused),
        };
        let (trusted, payload) = self.open(token, token_use, now)?;
        let claims = json::object(&payload).ok_or(InvalidToken::Claims)?;
        let header = json!({ "kid": trusted.key.kid(), "alg": trusted.key.algorithm() });
        Ok(InspectedToken { token_use, header, claims })
    }
}

impl InspectedToken {
    /// Whether this is an ID token or an access token.
    pub const fn token_use(&self) -> TokenUse {
        self.token_use
    }

    /// The header as a JSON object: `kid` and `alg`.
    pub const fn header(&self) -> &Value {
        &self.header
    }

    /// The claims as a JSON object.
    pub const fn claims(&self) -> &Value {
        &self.claims
    }
}
