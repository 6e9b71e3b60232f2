//! The server's first answer to a name and `A`: a salt, `B`, and a block that only this server can open.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use domain::{AccountId, ClientId, PoolId, TenantId};
use seal::Seals;
use zeroize::Zeroizing;

use super::{
    ChallengeError, LIFETIME, Verifier,
    block::Block,
    decoy::Decoy,
    group::{Agreement, Element, Exponent, hex},
    verifier::digest,
};

/// The place where an account signs in. A challenge issued for one realm is not accepted for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Realm {
    /// The tenant that is signed in to.
    pub tenant: TenantId,
    /// The user pool of the tenant.
    pub pool: PoolId,
    /// The app client that is used.
    pub client: ClientId,
}

/// The client's public value `A` (`SRP_A`): a number above 0 and below `N`.
#[derive(Clone)]
pub struct PublicValue(Element);

/// The text is not a [`PublicValue`]. With 0 or a multiple of `N`, a client could sign in without a password (RFC 5054 section 2.5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid `SRP_A`: expected hexadecimal digits of a number above 0 and below `N`")]
pub struct InvalidPublicValue;

/// The result of looking up the name.
#[derive(Clone, Debug)]
pub enum VerifierLookup {
    /// No account has this name, or it may not sign in.
    Unknown,
    /// An account whose password was set before its pool asked for SRP.
    WithoutVerifier(AccountId),
    /// An account with its verifier.
    Verifier(Verifier),
}

/// The input for a challenge.
#[derive(Clone, Debug)]
pub struct ChallengeInput {
    /// The place of the sign-in.
    pub realm: Realm,
    /// The user name as the client sent it.
    pub username: String,
    /// The client's public value.
    pub public: PublicValue,
    /// The result of looking up the name.
    pub found: VerifierLookup,
}

/// The challenge parameters of `PASSWORD_VERIFIER`. Those of an unknown name look the same as those of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// `USER_ID_FOR_SRP` (and `USERNAME`): the account's id, which the client uses from here on.
    pub user_id: String,
    /// `SALT`, in hexadecimal digits.
    pub salt: String,
    /// `SRP_B`, in hexadecimal digits.
    pub srp_b: String,
    /// `SECRET_BLOCK`, in base64.
    pub secret_block: String,
}

impl Challenge {
    /// Begins an exchange. It takes milliseconds, so requests run it on the pool's threads.
    ///
    /// Computes the key for the client's proof now and seals it in the block. So neither `b` nor the verifier leaves this function, and checking the proof
    /// costs one HMAC.
    pub(crate) fn begin(
        seals: &Seals,
        asked: &ChallengeInput,
        now: DateTime<Utc>,
    ) -> Result<Self, ChallengeError> {
        let mut b = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *b)?;
        let ChallengeInput { realm, username, public, found } = asked;
        // Derived for every request, so that an unknown name costs as much as a known one.
        let decoy = realm.decoy(seals, username);
        let known = found.verifier_for(&realm.pool);
        let Decoy { account, salt, verifier } = match (found, known) {
            (_, Some(known)) => {
                Decoy { account: known.account(), salt: *known.salt(), verifier: *known.value() }
            }
            (VerifierLookup::WithoutVerifier(account), None) => {
                Decoy { account: *account, ..decoy }
            }
            (_, None) => decoy,
        };
        let Agreement { public, key } = Agreement::reach(&public.0, &verifier, &Exponent::of(&b))
            .ok_or(ChallengeError::Degenerate)?;
        let mut id = [0; 16];
        getrandom::fill(&mut id)?;
        let expires = now + LIFETIME;
        let digest = digest(&salt, &verifier);
        let known = known.is_some();
        let block = Block { known, id, account, verifier: digest, expires, key };
        Ok(Self {
            user_id: account.to_string(),
            salt: hex(&salt),
            srp_b: public.to_hex(),
            secret_block: STANDARD.encode(block.seal(seals, realm)?),
        })
    }
}

impl VerifierLookup {
    /// Returns the verifier unless it belongs to another pool.
    fn verifier_for(&self, pool: &PoolId) -> Option<&Verifier> {
        match self {
            Self::Verifier(verifier) if verifier.pool() == pool => Some(verifier),
            _ => None,
        }
    }
}

impl FromStr for PublicValue {
    type Err = InvalidPublicValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Element::from_hex(text).map(Self).ok_or(InvalidPublicValue)
    }
}

/// Not printed, because it has 768 digits.
impl fmt::Debug for PublicValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicValue(…)")
    }
}
