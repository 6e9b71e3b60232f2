//! The name that a user signs in with.

use std::fmt;

use domain::{AccountId, Email};

/// The name of an account: its id or its e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountName {
    /// The id of the account.
    Id(AccountId),
    /// The e-mail address of the account.
    Email(Email),
}

impl AccountName {
    /// Parses a name as a user typed it. `None` if the text is neither an id nor an address; such an account never exists.
    pub fn parse(typed: &str) -> Option<Self> {
        match (typed.parse(), typed.parse()) {
            (Ok(account), _) => Some(Self::Id(account)),
            (Err(_), Ok(email)) => Some(Self::Email(email)),
            (Err(_), Err(_)) => None,
        }
    }

    /// One spelling of a name as a user typed it, so that all spellings share one counter of attempts. An account's id and its address are two names; only
    /// colleagues know the id.
    pub fn normalized(typed: &str) -> String {
        Self::parse(typed).map_or_else(|| typed.trim().to_lowercase(), |name| name.to_string())
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(account) => account.fmt(f),
            Self::Email(email) => email.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G2: another spelling of a name gives no further attempts.
    #[test]
    fn spellings_of_one_username_share_one_counter() {
        let same = |one, other| AccountName::normalized(one) == AccountName::normalized(other);
        assert!(same(" Ama@Acme.Example ", "ama@acme.example"));
        let id = "0b9d8b3e-6a3e-4e0c-8a3f-3a0f5d1c2b4a";
        assert_eq!(AccountName::normalized(&id.to_uppercase()), id);
        assert_eq!(AccountName::normalized(" No Address"), "no address");
    }
}
