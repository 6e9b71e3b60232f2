//! One password hash: creates and compares it. This is slow on purpose, so requests run it on the pool's threads only.

use std::fmt;

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{self, Output, ParamsString, Salt},
};

use crate::NewPassword;

/// The most bytes of a password. Longer ones are refused before any work.
pub const MAX_PASSWORD_BYTES: usize = 256;

/// 19 MiB, two passes, one lane: the OWASP Password Storage Cheat Sheet's first choice for argon2id (ASVS 11.4.2).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const OUTPUT_BYTES: usize = 32;
const SALT_BYTES: usize = 16;

/// A stored password hash: a PHC string, `$argon2id$v=19$m=19456,t=2,p=1$…$…`.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// The stored text is not an argon2id PHC string, or its cost is higher than this server accepts.
#[derive(Debug, thiserror::Error)]
#[error("the stored password hash is not an argon2id hash that this server accepts")]
pub struct InvalidHash;

/// No salt could be drawn, a thread could not be started, or argon2 refused its parameters.
#[derive(Debug, thiserror::Error)]
#[error("cannot hash the password")]
pub struct HashingError;

impl PasswordHash {
    /// Wraps the stored text. It is parsed when a password is checked against it.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// Hashes a new password on the calling thread, which takes about 20 ms. For commands and tests; requests use [`crate::HashingPlace::hash`].
    ///
    /// # Errors
    /// [`HashingError`] if no salt can be drawn.
    pub fn of(password: &NewPassword) -> Result<Self, HashingError> {
        hash(password.as_str().as_bytes(), &mut working_memory())
    }

    /// The PHC string to store.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// Allocates the memory of one hash. Each thread does this once, because some allocators never return fresh 19 MiB blocks to the operating system.
pub(crate) fn working_memory() -> Vec<Block> {
    vec![Block::new(); MEMORY_KIB as usize]
}

/// Hashes a new password under a fresh random salt.
pub(crate) fn hash(password: &[u8], memory: &mut [Block]) -> Result<PasswordHash, HashingError> {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|_| HashingError)?;
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, Some(OUTPUT_BYTES)).map_err(|_| HashingError)?;
    let phc = phc::PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).map_err(|_| HashingError)?,
        salt: Some(Salt::new(&salt).map_err(|_| HashingError)?),
        hash: Some(derive(password, &salt, params, memory).map_err(|_| HashingError)?),
    };
    Ok(PasswordHash(phc.to_string()))
}

/// Returns whether the password matches the hash. The comparison takes constant time.
pub(crate) fn verify(
    password: &[u8],
    stored: &PasswordHash,
    memory: &mut [Block],
) -> Result<bool, InvalidHash> {
    let phc = phc::PasswordHash::new(&stored.0).map_err(|_| InvalidHash)?;
    let params = Params::try_from(&phc).map_err(|_| InvalidHash)?;
    let known =
        phc.algorithm == Algorithm::Argon2id.ident() && phc.version == Some(Version::V0x13.into());
    let (Some(salt), Some(expected)) = (phc.salt, phc.hash) else { return Err(InvalidHash) };
    if !known
        || params.block_count() > memory.len()
        || params.t_cost() > PASSES
        || expected.len() != OUTPUT_BYTES
    {
        return Err(InvalidHash);
    }
    Ok(derive(password, &salt, params, memory).map_err(|_| InvalidHash)? == expected)
}

fn derive(
    password: &[u8],
    salt: &[u8],
    params: Params,
    memory: &mut [Block],
) -> argon2::Result<Output> {
    // Tests count hashes instead of time: an unknown account must cost as many as a known one.
    metrics::counter!("watertight_hashes_total").increment(1);
    let mut output = [0; OUTPUT_BYTES];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into_with_memory(password, salt, &mut output, memory)?;
    Output::new(&output).map_err(|_| argon2::Error::OutputTooLong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_matches_its_own_hash_and_no_other_does() {
        let memory = &mut working_memory();
        let stored = hash(b"correct horse", memory).unwrap();
        assert!(stored.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify(b"correct horse", &stored, memory).unwrap());
        assert!(!verify(b"correct horsf", &stored, memory).unwrap());
    }

    #[test]
    fn the_same_password_is_stored_differently_each_time() {
        let memory = &mut working_memory();
        assert_ne!(hash(b"a", memory).unwrap(), hash(b"a", memory).unwrap());
    }

    #[test]
    fn a_hash_with_other_parameters_than_ours_is_refused_and_not_computed() {
        let memory = &mut working_memory();
        for stored in [
            "",
            "plain",
            "$argon2i$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=4194304,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=19456,t=900,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert!(
                verify(b"a", &PasswordHash::from_stored(stored.to_owned()), memory).is_err(),
                "{stored}"
            );
        }
    }

    #[test]
    fn a_debug_print_shows_no_hash() {
        assert_eq!(
            format!("{:?}", PasswordHash::from_stored("secret".to_owned())),
            "PasswordHash(…)"
        );
    }
}
