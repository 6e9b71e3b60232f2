//! A password that a user may set. Every path that sets a password goes through this type.

use std::{collections::HashSet, fmt, sync::LazyLock};

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::hash::MAX_PASSWORD_BYTES;

/// The fewest characters of a new password (ASVS 6.2.1). No kind of character is required (6.2.5).
pub const MIN_CHARACTERS: usize = 8;

/// More than 8,000 common passwords of eight or more characters; ASVS 6.2.4 asks for 3,000.
const COMMON: &str = include_str!("common_passwords.txt");

static COMMON_PASSWORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| COMMON.lines().filter(|line| !line.starts_with("# ")).collect());

/// A new password, normalized and not easily guessed. `Debug` does not print it.
#[derive(Clone)]
pub struct NewPassword(Zeroizing<String>);

/// The reason why a new password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// The password has fewer than [`MIN_CHARACTERS`] characters.
    #[error("it needs at least {MIN_CHARACTERS} characters")]
    TooShort,
    /// The password is longer than [`MAX_PASSWORD_BYTES`].
    #[error("it may have at most {MAX_PASSWORD_BYTES} bytes")]
    TooLong,
    /// The password is on the list of common passwords (ASVS 6.2.4).
    #[error("it is one of the most common passwords")]
    Common,
    /// The password is a name or address of the user or the company, even with digits or signs around it (ASVS 6.2.11).
    #[error("it is your own or the company's name or address")]
    Personal,
}

impl NewPassword {
    /// Checks a typed password and normalizes it to NFC (NIST SP 800-63B §3.1.1.2, RFC 8265 §4.2).
    ///
    /// # Errors
    /// [`WeakPassword`], but never [`WeakPassword::Personal`].
    pub fn parse(typed: &str) -> Result<Self, WeakPassword> {
        if typed.len() > MAX_PASSWORD_BYTES {
            return Err(WeakPassword::TooLong);
        }
        let password = normalized(typed);
        if password.len() > MAX_PASSWORD_BYTES {
            return Err(WeakPassword::TooLong);
        }
        if password.chars().count() < MIN_CHARACTERS {
            return Err(WeakPassword::TooShort);
        }
        if COMMON_PASSWORDS.contains(password.to_lowercase().as_str()) {
            return Err(WeakPassword::Common);
        }
        Ok(Self(password))
    }

    /// Refuses the password if it equals one of `names` or a part of one: the user's name and address, the company's name. Digits and signs do not count.
    ///
    /// # Errors
    /// [`WeakPassword::Personal`] if it does.
    pub fn unlike<'n>(
        self,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Result<Self, WeakPassword> {
        let own = letters(&self.0);
        for name in names {
            for part in [name].into_iter().chain(name.split([' ', '@', '.', '-', '_', '+'])) {
                if !own.is_empty() && letters(part) == own {
                    return Err(WeakPassword::Personal);
                }
            }
        }
        Ok(self)
    }

    /// The normalized text, to be hashed or compared.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns the NFC form of a typed password.
pub(crate) fn normalized(typed: &str) -> Zeroizing<String> {
    Zeroizing::new(typed.nfc().collect())
}

/// The text without everything but letters, in lower case, for the comparison with names.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G2: a new password is long enough and may hold anything (ASVS 6.2.1, 6.2.5).
    #[test]
    fn a_password_has_bounds_and_no_rules_of_composition() {
        for good in ["        ", "pässwörd", "87654329", &"ab".repeat(MAX_PASSWORD_BYTES / 2)] {
            assert!(NewPassword::parse(good).is_ok(), "{good}");
        }
        for short in ["", "1234567", "pässwör", "pa\u{308}sswo\u{308}"] {
            assert_eq!(NewPassword::parse(short).err(), Some(WeakPassword::TooShort), "{short}");
        }
        let long = "a".repeat(MAX_PASSWORD_BYTES + 1);
        assert_eq!(NewPassword::parse(&long).err(), Some(WeakPassword::TooLong));
    }

    /// G2: a common password is refused, in upper or lower case (ASVS 6.2.4).
    #[test]
    fn a_common_password_is_refused() {
        for common in ["password", "12345678", "PassWord1", "iloveyou", "1qaz2wsx", "qwertyuiop"] {
            assert_eq!(NewPassword::parse(common).err(), Some(WeakPassword::Common), "{common}");
        }
        assert!(COMMON_PASSWORDS.len() > 3_000);
        let long_enough = |one: &&str| one.chars().count() >= MIN_CHARACTERS;
        assert!(COMMON_PASSWORDS.iter().all(long_enough));
    }

    /// G2: well-known names are refused, even with digits and signs around them (ASVS 6.2.11).
    #[test]
    fn a_well_known_name_is_refused() {
        let names = ["Amara Okafor", "amara.okafor@acme-energy.example", "Acme Energy"];
        for odd in [
            "AmaraOkafor",
            "okafor2026!",
            "amara.okafor@acme-energy.example",
            "acme-energy",
            "ACME energy 1",
        ] {
            let refused = NewPassword::parse(odd).unwrap().unlike(names);
            assert_eq!(refused.err(), Some(WeakPassword::Personal), "{odd}");
        }
        for good in ["watertight-demo", "okafor and the whale", "19876543"] {
            assert!(NewPassword::parse(good).unwrap().unlike(names).is_ok(), "{good}");
        }
    }

    #[test]
    fn a_debug_print_shows_no_password() {
        let password = NewPassword::parse("correct horse").unwrap();
        assert_eq!(format!("{password:?}"), "NewPassword(…)");
    }
}
