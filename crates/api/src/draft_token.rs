//! The value of the cookie `__Host-draft`, and the digest under which its draft is stored (row C5).

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::TenantId;
use sha2::{Digest, Sha256};

const BYTES: usize = 32;

/// 256 random bits that find a draft. A client that sends them may read and change it, so they are never printed, logged or stored.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct DraftToken([u8; BYTES]);

/// The text is not such a value: not exactly 43 characters of base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 43 characters of base64url")]
pub(crate) struct InvalidDraftToken;

impl DraftToken {
    /// The token of a new draft. A token that a client chose never becomes one.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// SHA-256 of tenant and token, so the same cookie finds nothing at another company.
    pub(crate) fn digest(&self, tenant: TenantId) -> [u8; 32] {
        Sha256::new()
            .chain_update(tenant.as_uuid().as_bytes())
            .chain_update(self.0)
            .finalize()
            .into()
    }

    /// The value of the cookie: 43 characters of base64url.
    pub(crate) fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl FromStr for DraftToken {
    type Err = InvalidDraftToken;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidDraftToken)?;
        bytes.try_into().map(Self).map_err(|_| InvalidDraftToken)
    }
}

impl fmt::Debug for DraftToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DraftToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// C5: the same cookie has another digest at another company.
    #[test]
    fn a_token_round_trips_and_its_digest_depends_on_the_tenant() {
        let token = DraftToken::random().unwrap();
        let [one, other] = [1, 2].map(|id| TenantId::from_uuid(Uuid::from_u128(id)));
        let read: DraftToken = token.to_text().parse().unwrap();
        assert_eq!(read.digest(one), token.digest(one));
        assert_ne!(token.digest(one), token.digest(other));
        assert_eq!((token.to_text().len(), format!("{token:?}")), (43, "DraftToken(…)".to_owned()));
    }

    #[test]
    fn another_text_is_no_token() {
        for odd in ["", "x", &"A".repeat(42), &"A".repeat(44), &"*".repeat(43), &"B".repeat(43)] {
            assert_eq!(odd.parse::<DraftToken>(), Err(InvalidDraftToken), "{odd}");
        }
    }
}
