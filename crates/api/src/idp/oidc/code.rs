//! The authorization code: what a browser carries from us to an application, once and within a minute (RFC 6749 §4.1.2).

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::OriginId;
use sha2::{Digest, Sha256};
use uuid::Uuid;

const ORIGIN: usize = 16;
const SECRET: usize = 32;

/// The id of the sign-in that will come of it, which is no secret and stands in every token of it, and 256 random bits. The id is chosen when the code
/// is given, because it says when the person signed in, and is needed when the code is spent, before anything is known of it.
#[derive(Clone)]
pub(super) struct Code([u8; ORIGIN + SECRET]);

/// The text is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InvalidCode;

impl Code {
    /// A code for a sign-in.
    ///
    /// # Errors
    /// If the system gives no randomness.
    pub(super) fn random(origin: OriginId) -> Result<Self, getrandom::Error> {
        let mut bytes = [0; ORIGIN + SECRET];
        bytes[..ORIGIN].copy_from_slice(origin.as_uuid().as_bytes());
        getrandom::fill(&mut bytes[ORIGIN..])?;
        Ok(Self(bytes))
    }

    /// The sign-in that comes of it. Only if its digest is known is it one that we chose.
    pub(super) fn origin(&self) -> OriginId {
        let (origin, _) = self.0.split_first_chunk().unwrap_or((&[0; ORIGIN], &[]));
        OriginId::from_uuid(Uuid::from_bytes(*origin))
    }

    /// What it is stored and looked up as.
    pub(super) fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// The text on the wire: 64 characters of base64url.
    pub(super) fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl FromStr for Code {
    type Err = InvalidCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidCode)?;
        bytes.try_into().map(Self).map_err(|_| InvalidCode)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_what_it_writes() {
        let origin = OriginId::from_uuid(Uuid::now_v7());
        let code = Code::random(origin).unwrap();
        let read: Code = code.to_text().parse().unwrap();
        assert_eq!((read.origin(), read.digest()), (origin, code.digest()));
        assert_eq!(code.to_text().len(), 64);
        assert_ne!(Code::random(origin).unwrap().digest(), code.digest());
        assert_eq!(format!("{code:?}"), "Code(…)");
    }

    #[test]
    fn anything_else_is_no_code() {
        let good = Code::random(OriginId::from_uuid(Uuid::nil())).unwrap().to_text();
        for odd in ["", "a", &good[1..], &format!("{good}A"), &format!("{good}=")] {
            assert_eq!(odd.parse::<Code>().unwrap_err(), InvalidCode, "{odd}");
        }
    }
}
