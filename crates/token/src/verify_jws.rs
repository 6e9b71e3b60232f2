//! Verifies any signed token against a set of keys, for the command `watertight verify-jws`.

use crate::{Algorithm, JwkSet, Refused, compact::Compact};

/// Verifies a compact JWS and returns its payload. The payload can be any bytes, not only claims.
///
/// # Errors
/// [`Refused`] unless the header names a key of `keys` and that key's algorithm, the algorithm is one of `algorithms`, and the signature is valid.
pub fn verify_jws(
    compact: &str,
    keys: &JwkSet,
    algorithms: &[Algorithm],
) -> Result<Vec<u8>, Refused> {
    let compact = Compact::parse(compact)?;
    if !algorithms.contains(&compact.algorithm()) {
        return Err(Refused::Algorithm);
    }
    let key = keys.get(compact.kid()).ok_or(Refused::UnknownKey)?;
    compact.payload(key)
}
