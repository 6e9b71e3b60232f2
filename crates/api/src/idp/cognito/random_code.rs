//! What is mailed to people: codes and first passwords that nobody guesses, however often they may try.

use crate::error::ApiError;

/// Crockford's base 32: no letter looks like a digit.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// So many random characters of five bits each.
pub(super) fn random<const LENGTH: usize>() -> Result<String, ApiError> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).map_err(ApiError::broken)?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect())
}

/// A code as it was sent, from what somebody typed.
pub(super) fn read(typed: &str) -> String {
    typed.trim().to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = random::<13>().unwrap();
        assert_eq!((code.len(), read(&format!(" {} ", code.to_lowercase()))), (13, code.clone()));
        assert_ne!(code, random::<13>().unwrap());
    }
}
