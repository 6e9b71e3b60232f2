//! Parses ids in their canonical spelling only.

use std::{fmt::Display, str::FromStr};

use crate::InvalidToken;

/// Parses an id whose text is exactly what its `Display` writes. A UUID has several valid spellings; accepting them all would give one account several names.
pub(crate) fn canonical<T: FromStr + Display>(text: &str) -> Result<T, InvalidToken> {
    let id: T = text.parse().map_err(|_| InvalidToken::Claims)?;
    if id.to_string() == text { Ok(id) } else { Err(InvalidToken::Claims) }
}

#[cfg(test)]
mod tests {
    use domain::AccountId;

    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = "0192f0c1-a2b3-74d5-8697-08192a3b4c5d";
        assert!(canonical::<AccountId>(id).is_ok());
        for odd in [
            id.to_uppercase(),
            id.replace('-', ""),
            format!("{{{id}}}"),
            format!("urn:uuid:{id}"),
            format!(" {id}"),
        ] {
            assert_eq!(canonical::<AccountId>(&odd), Err(InvalidToken::Claims), "{odd}");
        }
    }
}
