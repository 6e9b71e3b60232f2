//! Versions of rows, as the database holds them.

use domain::Version;

use crate::Error;

/// Reads a stored version.
///
/// # Errors
/// [`Error::Corrupt`] if the number is not the version of a row.
pub(crate) fn version(stored: i64) -> Result<Version, Error> {
    stored.try_into().map_err(|_| Error::Corrupt("version"))
}
