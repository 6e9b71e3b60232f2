//! Verifies any signed token against a set of keys: what `watertight verify-jws` does.

use crate::{Algorithm, JwkSet, Refused, compact::Compact};

/// The payload of a compact JWS, whatever it is.
///
/// # Errors
/// [`Refused`] unless it names a key of the set and one of the algorithms, which is that key's, and its signature holds.
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
