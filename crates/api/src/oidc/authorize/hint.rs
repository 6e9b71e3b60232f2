//! The user that an application expects: `id_token_hint` (OpenID Connect Core §3.1.2.1).

use chrono::Utc;
use domain::AccountId;
use idp::Application;

use super::{super::parameters::Parameters, authorize_request::Prompt};
use crate::Api;

/// The verified meaning of `id_token_hint`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// The parameter was not sent.
    Absent,
    /// An ID token of this pool for this account. It may have expired.
    Account(AccountId),
    /// A text that does not verify: an ID token of another issuer, or one whose key was removed. It identifies no user, so the signed-in user is not confirmed.
    Unknown,
}

impl Hint {
    /// Reads and verifies the parameter: the server must be the token's issuer (OpenID Connect Core §3.1.2.2).
    pub(super) fn read(api: &Api, application: &Application, query: &Parameters) -> Self {
        let Some(text) = query.get("id_token_hint") else { return Self::Absent };
        let hint = api.idp.pools.verify_id_token_hint(text, application.pool.id(), Utc::now());
        hint.map_or(Self::Unknown, |hint| Self::Account(hint.account()))
    }

    /// Whether the signed-in account can be the expected one, before the user is asked.
    pub(super) fn may_be(self, account: AccountId) -> bool {
        match self {
            Self::Absent => true,
            Self::Account(meant) => meant == account,
            Self::Unknown => false,
        }
    }

    /// Whether the account may get a code. If the hint identifies no user, the user confirms by signing in again; with `prompt=none` that is refused.
    pub(super) fn accepts(self, account: AccountId, prompt: Prompt) -> bool {
        self.may_be(account) || (self == Self::Unknown && prompt != Prompt::None)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// T7: tokens are issued only for the account that the hint names.
    #[test]
    fn a_hint_accepts_the_account_that_it_names() {
        let [amara, benedikt] = [1, 2].map(|n| AccountId::from_uuid(Uuid::from_u128(n)));
        for prompt in [Prompt::None, Prompt::IfNeeded, Prompt::Login] {
            assert!(Hint::Absent.accepts(amara, prompt));
            assert!(Hint::Account(amara).accepts(amara, prompt));
            assert!(!Hint::Account(benedikt).accepts(amara, prompt));
        }
        assert!(!Hint::Unknown.accepts(amara, Prompt::None));
        assert!(Hint::Unknown.accepts(amara, Prompt::Login) && !Hint::Unknown.may_be(amara));
    }
}
