//! Verifies any signed token against a set of keys, for the command `watertight verify-jws`.

use crate::{Algorithm, InvalidToken, JwkSet, compact::Compact};

/// Verifies a compact JWS and returns its payload. The payload can be any bytes, not only claims.
///
/// # Errors
/// [`InvalidToken`] unless the header names a key of `keys` and that key's algorithm, the algorithm is one of `algorithms`, and the signature is valid.
pub fn verify_jws(
    compact: &str,
    keys: &JwkSet,
    algorithms: &[Algorithm],
) -> Result<Vec<u8>, InvalidToken> {
    let compact = Compact::parse(compact)?;
    if !algorithms.contains(&compact.algorithm()) {
        return Err(InvalidToken::Algorithm);
    }
    let key = keys.get(compact.kid()).ok_or(InvalidToken::UnknownKey)?;
    compact.payload(key)
}
