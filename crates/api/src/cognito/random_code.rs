//! Random codes and first passwords that are sent by mail. They are too long to be guessed within the allowed attempts.

use crate::error::ApiError;

/// Crockford's base 32, which has no letters that look like digits.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A text of `LENGTH` random characters, each with five bits.
pub(super) fn random<const LENGTH: usize>() -> Result<String, ApiError> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).map_err(ApiError::broken)?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect())
}

/// Normalizes a code as a user typed it: removes spaces around it and makes it upper case.
pub(super) fn read(typed: &str) -> String {
    typed.trim().to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_in_any_case_and_with_spaces() {
        let code = random::<13>().unwrap();
        assert_eq!((code.len(), read(&format!(" {} ", code.to_lowercase()))), (13, code.clone()));
        assert_ne!(code, random::<13>().unwrap());
    }
}
