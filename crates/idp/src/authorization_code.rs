//! The authorization code, which a browser takes from us to an application. It can be used once and within a minute (RFC 6749 §4.1.2).

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::OriginId;
use sha2::{Digest, Sha256};
use uuid::Uuid;

const ORIGIN: usize = 16;
const SECRET: usize = 32;

/// The id of the sign-in, followed by 256 random bits. The id is not secret: it is in every token of the sign-in. It is chosen when the code is issued, because
/// it contains the time of the sign-in. The code carries it because exchanging a code needs the id before the code is looked up.
#[derive(Clone)]
pub struct AuthorizationCode([u8; ORIGIN + SECRET]);

/// The text is not a code: not exactly 64 characters of base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 64 characters of base64url")]
pub struct InvalidCode;

impl AuthorizationCode {
    /// Makes a new code for the sign-in with this id.
    ///
    /// # Errors
    /// [`getrandom::Error`] if the operating system provides no randomness.
    pub fn random(origin: OriginId) -> Result<Self, getrandom::Error> {
        let mut bytes = [0; ORIGIN + SECRET];
        bytes[..ORIGIN].copy_from_slice(origin.as_uuid().as_bytes());
        getrandom::fill(&mut bytes[ORIGIN..])?;
        Ok(Self(bytes))
    }

    /// The id of the sign-in. Trust it only after the code's digest was found in the database.
    pub fn origin(&self) -> OriginId {
        let (origin, _) = self.0.split_first_chunk().unwrap_or((&[0; ORIGIN], &[]));
        OriginId::from_uuid(Uuid::from_bytes(*origin))
    }

    /// The SHA-256 digest under which the code is stored and looked up.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// The value of the parameter `code`: 64 characters of base64url.
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl FromStr for AuthorizationCode {
    type Err = InvalidCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidCode)?;
        bytes.try_into().map(Self).map_err(|_| InvalidCode)
    }
}

impl fmt::Debug for AuthorizationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizationCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_round_trips() {
        let origin = OriginId::from_uuid(Uuid::now_v7());
        let code = AuthorizationCode::random(origin).unwrap();
        let read: AuthorizationCode = code.to_text().parse().unwrap();
        assert_eq!((read.origin(), read.digest()), (origin, code.digest()));
        assert_eq!(code.to_text().len(), 64);
        assert_ne!(AuthorizationCode::random(origin).unwrap().digest(), code.digest());
        assert_eq!(format!("{code:?}"), "AuthorizationCode(…)");
    }

    #[test]
    fn a_malformed_code_is_not_read() {
        let good = AuthorizationCode::random(OriginId::from_uuid(Uuid::nil())).unwrap().to_text();
        for odd in ["", "a", &good[1..], &format!("{good}A"), &format!("{good}=")] {
            assert_eq!(odd.parse::<AuthorizationCode>().unwrap_err(), InvalidCode, "{odd}");
        }
    }
}
