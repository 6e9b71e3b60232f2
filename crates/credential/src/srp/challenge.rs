//! The server's answer to a name and `A`: a salt, `B`, and a block that only we can open.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use domain::{AccountId, ClientId, PoolId, TenantId};
use seal::Seals;
use zeroize::Zeroizing;

use super::{
    LIFETIME, NotMade, Verifier,
    block::Block,
    decoy::Decoy,
    group::{Agreement, Element, Exponent, hex},
    verifier::digest,
};

/// Where somebody signs in. What was begun at one is not answered at another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Realm {
    /// The company.
    pub tenant: TenantId,
    /// Its pool.
    pub pool: PoolId,
    /// The app client that the person uses.
    pub client: ClientId,
}

/// The client's public value `A` (`SRP_A`): a number above 0 and below `N`.
#[derive(Clone)]
pub struct PublicValue(Element);

/// The text is no [`PublicValue`]. With 0, `N` or a multiple of it anybody would get in (RFC 5054 section 2.5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`SRP_A` is a number of hexadecimal digits above 0 and below `N`")]
pub struct InvalidPublicValue;

/// What the name was found to be.
#[derive(Clone, Debug)]
pub enum Found {
    /// Nobody has this name, or may sign in with it.
    Nobody,
    /// An account whose password was set before its pool asked for SRP.
    WithoutVerifier(AccountId),
    /// An account that can sign in like this.
    Verifier(Verifier),
}

/// A question for a challenge.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Where.
    pub realm: Realm,
    /// The name as it was sent.
    pub username: String,
    /// The client's public value.
    pub public: PublicValue,
    /// What was found under the name.
    pub found: Found,
}

/// The challenge parameters of `PASSWORD_VERIFIER`. Those of a stranger look like anybody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// `USER_ID_FOR_SRP` (and `USERNAME`): the id of the account, with which the client goes on.
    pub user_id: String,
    /// `SALT`, in hexadecimal digits.
    pub salt: String,
    /// `SRP_B`, in hexadecimal digits.
    pub srp_b: String,
    /// `SECRET_BLOCK`, in base64.
    pub secret_block: String,
}

impl Challenge {
    /// Begins an exchange. It takes milliseconds and belongs on the pool's threads.
    ///
    /// The key under which the client will sign is computed here and goes into the block, so that neither `b` nor the verifier leave this function and an
    /// answer costs one HMAC.
    pub(crate) fn begin(seals: &Seals, asked: &Asked, now: DateTime<Utc>) -> Result<Self, NotMade> {
        let mut b = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *b)?;
        let Asked { realm, username, public, found } = asked;
        // Made for everybody, so that a stranger costs what anybody costs.
        let decoy = realm.decoy(seals, username);
        let known = found.verifier_for(&realm.pool);
        let Decoy { account, salt, verifier } = match (found, known) {
            (_, Some(known)) => {
                Decoy { account: known.account(), salt: *known.salt(), verifier: *known.value() }
            }
            (Found::WithoutVerifier(account), None) => Decoy { account: *account, ..decoy },
            (_, None) => decoy,
        };
        let Agreement { public, key } =
            Agreement::reach(&public.0, &verifier, &Exponent::of(&b)).ok_or(NotMade::Degenerate)?;
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

impl Found {
    /// A verifier of another pool is nobody's here.
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

/// It is public, and 768 digits long.
impl fmt::Debug for PublicValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicValue(…)")
    }
}
