//! Access keys of administrators, as the operator configures them. Each key administers one pool.

use std::{fmt, ops::RangeInclusive, str::FromStr};

use domain::{InvalidPoolId, PoolId};
use zeroize::Zeroizing;

/// The public half of an access key: 16 to 128 letters, digits or `_`, like AWS's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccessKeyId(String);

/// An access key of one pool. Its text is `<pool id>:<access key id>:<secret>`.
#[derive(Clone)]
pub struct AdminCredential {
    pool: PoolId,
    id: AccessKeyId,
    secret: Zeroizing<String>,
}

/// All access keys of this server, without duplicates. In the configuration they are separated by commas or white space.
#[derive(Clone)]
pub struct AdminCredentials {
    known: Vec<AdminCredential>,
    /// The key whose secret is used to check an unknown access key id, so that a refusal costs the same work.
    dummy: AdminCredential,
}

/// The text is not an access key. The message does not repeat it, because it contains a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCredential {
    /// The text does not have three parts.
    #[error("expected `<pool id>:<access key id>:<secret>`")]
    Form,
    /// The first part is not a pool id.
    #[error("invalid pool id: {0}")]
    Pool(InvalidPoolId),
    /// The second part is not an access key id.
    #[error("the access key id {0}: expected 16 to 128 letters, digits or `_`")]
    AccessKeyId(InvalidPart),
    /// The third part is not a secret.
    #[error("the secret {0}: expected 32 to 128 letters, digits, `/`, `+`, `=`, `-` or `_`")]
    Secret(InvalidPart),
    /// The secret is a placeholder or a published example.
    #[error("the secret is a placeholder or a published example: use a random one")]
    Placeholder,
    /// Two access keys have the same id.
    #[error("an access key id appears twice")]
    Twice,
}

/// What is wrong with a part of an access key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPart {
    /// The part is empty.
    #[error("is missing")]
    Missing,
    /// The part has fewer characters than required.
    #[error("is too short")]
    TooShort,
    /// The part has more characters than allowed.
    #[error("is too long")]
    TooLong,
    /// The part contains a character that is not allowed.
    #[error("contains a forbidden character")]
    Character,
}

const ID_BYTES: RangeInclusive<usize> = 16..=128;
const SECRET_BYTES: RangeInclusive<usize> = 32..=128;
/// The ending of the example secrets in AWS's documentation.
const EXAMPLE: &str = "EXAMPLEKEY";

impl AccessKeyId {
    /// The id as text. It is not secret and may be logged.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AdminCredential {
    /// The pool that the key may administer. It has no rights in other pools.
    pub fn pool(&self) -> &PoolId {
        &self.pool
    }

    /// The public half of the key.
    pub fn access_key_id(&self) -> &AccessKeyId {
        &self.id
    }

    pub(super) fn secret(&self) -> &str {
        &self.secret
    }

    /// The part of the pool's id before the `_`. Clients sign for this region.
    pub(super) fn region(&self) -> &str {
        self.pool.as_str().split_once('_').map_or("", |(region, _)| region)
    }
}

impl AdminCredentials {
    /// No access keys: every signature is refused.
    pub fn none() -> Self {
        Self::of(Vec::new())
    }

    pub(super) fn find(&self, id: &str) -> Option<&AdminCredential> {
        self.known.iter().find(|credential| credential.id.as_str() == id)
    }

    pub(super) fn dummy(&self) -> &AdminCredential {
        &self.dummy
    }

    #[expect(clippy::expect_used, reason = "the texts are below and a test reads them")]
    fn of(known: Vec<AdminCredential>) -> Self {
        let text = format!("eu-local-1_Nobody:NOBODYNOBODYNOBODY:{}", "0123456789".repeat(4));
        Self { known, dummy: text.parse().expect("a valid credential") }
    }
}

impl FromStr for AccessKeyId {
    type Err = InvalidCredential;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        check(text, &ID_BYTES, allowed).map_err(InvalidCredential::AccessKeyId)?;
        Ok(Self(text.to_owned()))
    }
}

impl FromStr for AdminCredential {
    type Err = InvalidCredential;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split(':');
        let (Some(pool), Some(id), Some(secret), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(InvalidCredential::Form);
        };
        let pool = pool.parse().map_err(InvalidCredential::Pool)?;
        let id = id.parse()?;
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/+=-_".contains(&byte);
        check(secret, &SECRET_BYTES, allowed).map_err(InvalidCredential::Secret)?;
        let first = secret.as_bytes()[0];
        if secret.ends_with(EXAMPLE) || secret.bytes().all(|byte| byte == first) {
            return Err(InvalidCredential::Placeholder);
        }
        Ok(Self { pool, id, secret: Zeroizing::new(secret.to_owned()) })
    }
}

/// Checks the length of a part, then its characters.
fn check(
    part: &str,
    bytes: &RangeInclusive<usize>,
    allowed: impl Fn(u8) -> bool,
) -> Result<(), InvalidPart> {
    match part.len() {
        0 => Err(InvalidPart::Missing),
        length if length < *bytes.start() => Err(InvalidPart::TooShort),
        length if length > *bytes.end() => Err(InvalidPart::TooLong),
        _ if !part.bytes().all(allowed) => Err(InvalidPart::Character),
        _ => Ok(()),
    }
}

impl FromStr for AdminCredentials {
    type Err = InvalidCredential;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = Self::none();
        let apart = |c: char| c == ',' || c.is_whitespace();
        for part in text.split(apart).filter(|part| !part.is_empty()) {
            let credential: AdminCredential = part.parse()?;
            if all.find(credential.id.as_str()).is_some() {
                return Err(InvalidCredential::Twice);
            }
            all.known.push(credential);
        }
        Ok(all)
    }
}

impl fmt::Display for AccessKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Does not print the secret.
impl fmt::Debug for AdminCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AdminCredential({}, {}, …)", self.pool, self.id)
    }
}

impl fmt::Debug for AdminCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.known).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str =
        "eu-local-1_AcmeCorp1:WTADMINACME00000001:q7Zr2mXc9LhTfV4nWbYk8sPdJg3uEa6xR5vHt0Mi";
    const OTHER: &str =
        "eu-local-1_BetaCo01:WTADMINBETA00000001:Aa0/b+c=d-e_f1g2h3i4j5k6l7m8n9o0p1q2";

    /// T6: an access key belongs to one pool.
    #[test]
    fn credentials_are_read_from_configuration() {
        for text in
            [format!("{ONE},{OTHER}"), format!(" {ONE}\n{OTHER}\n"), format!("{ONE}, {OTHER},")]
        {
            let all: AdminCredentials = text.parse().unwrap();
            let found = all.find("WTADMINBETA00000001").unwrap();
            assert_eq!(found.pool().as_str(), "eu-local-1_BetaCo01");
            assert_eq!(
                (found.region(), found.access_key_id().as_str()),
                ("eu-local-1", "WTADMINBETA00000001")
            );
            assert_eq!(all.known.len(), 2);
        }
        assert!("".parse::<AdminCredentials>().unwrap().known.is_empty());
    }

    #[test]
    fn a_malformed_credential_is_refused_with_the_reason() {
        use InvalidCredential::{AccessKeyId, Secret};
        use InvalidPart::{Character, Missing, TooLong, TooShort};
        let (pool, id, secret) = ("eu-local-1_A", "A".repeat(16), "0123456789abcdef".repeat(2));
        for (text, reason) in [
            (format!("{pool}:{id}"), InvalidCredential::Form),
            (format!("{pool}:{id}:{secret}:"), InvalidCredential::Form),
            (format!(":{id}:{secret}"), InvalidCredential::Pool(InvalidPoolId::Empty)),
            (format!("acme:{id}:{secret}"), InvalidCredential::Pool(InvalidPoolId::Malformed)),
            (format!("{pool}::{secret}"), AccessKeyId(Missing)),
            (format!("{pool}:{}:{secret}", &id[1..]), AccessKeyId(TooShort)),
            (format!("{pool}:{}:{secret}", id.repeat(9)), AccessKeyId(TooLong)),
            (format!("{pool}:{}/:{secret}", &id[1..]), AccessKeyId(Character)),
            (format!("{pool}:{id}:"), Secret(Missing)),
            (format!("{pool}:{id}:{}", &secret[1..]), Secret(TooShort)),
            (format!("{pool}:{id}:{}", secret.repeat(5)), Secret(TooLong)),
            (format!("{pool}:{id}:{}é", &secret[1..]), Secret(Character)),
            (format!("{pool}:{id}:{}", "x".repeat(32)), InvalidCredential::Placeholder),
            (
                format!("{pool}:{id}:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
                InvalidCredential::Placeholder,
            ),
        ] {
            assert_eq!(text.parse::<AdminCredential>().err(), Some(reason), "{text}");
        }
        assert_eq!(
            format!("{ONE},{ONE}").parse::<AdminCredentials>().err(),
            Some(InvalidCredential::Twice)
        );
    }

    #[test]
    fn nothing_shows_a_secret() {
        let all: AdminCredentials = ONE.parse().unwrap();
        assert_eq!(
            format!("{all:?}"),
            "[AdminCredential(eu-local-1_AcmeCorp1, WTADMINACME00000001, …)]"
        );
    }
}
