//! Which user an application means: `id_token_hint` (OpenID Connect Core §3.1.2.1).

use chrono::Utc;
use domain::AccountId;

use super::{super::parameters::Parameters, wanted::Prompt};
use crate::{Api, idp::Application};

/// What `id_token_hint` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// There is none.
    Absent,
    /// An ID token of this pool, which may have expired, of this account.
    Account(AccountId),
    /// Another text: an ID token of another issuer, or one whose key is gone. It names no user, so the application cannot have meant the one who is signed in.
    Unknown,
}

impl Hint {
    /// Reads and verifies it: the server must be its issuer (OpenID Connect Core §3.1.2.2).
    pub(super) fn read(api: &Api, application: &Application, query: &Parameters) -> Self {
        let Some(text) = query.get("id_token_hint") else { return Self::Absent };
        let known = api.pools.current();
        let hint = known.ring().verify_id_hint(text, Utc::now()).ok();
        let own = hint.filter(|hint| {
            let holder = known.holder(hint.client(), hint.pool(), hint.issued_at());
            *hint.pool() == application.pool.pool.id && holder.is_some()
        });
        own.map_or(Self::Unknown, |hint| Self::Account(hint.account()))
    }

    /// Whether the account that is signed in can be the one that is meant, before the user is asked.
    pub(super) fn may_be(self, account: AccountId) -> bool {
        match self {
            Self::Absent => true,
            Self::Account(meant) => meant == account,
            Self::Unknown => false,
        }
    }

    /// Whether the account may get a code. A hint that names no user is answered by the user, who signs in again; where the user must not be asked it is refused.
    pub(super) fn accepts(self, account: AccountId, prompt: Prompt) -> bool {
        self.may_be(account) || (self == Self::Unknown && prompt != Prompt::None)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// T7: tokens are given for the account that is meant, and for no other.
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
