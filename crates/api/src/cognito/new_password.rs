//! Setting a new password of an account.

use credential::{PasswordHash, WeakPassword};
use domain::{AccountId, TenantId};
use idp::Pool;
use store::{Credential, Person};

use super::exception::{Exception, Kind};
use crate::{Api, error::ApiError, finish::finish};

/// A new password that satisfies the password policy. It is not stored yet.
pub(super) struct NewPassword(credential::NewPassword);

/// The stored form of a password.
pub(super) struct Hashed {
    pub(super) hash: String,
    /// The sealed SRP verifier, if SRP is switched on for the pool.
    pub(super) verifier: Option<Vec<u8>>,
}

impl NewPassword {
    pub(super) fn parse(text: &str) -> Result<Self, Exception> {
        credential::NewPassword::parse(text).map(Self).map_err(weak)
    }

    /// Refuses the password if it is the user's name or email address or the company's name.
    pub(super) fn of_person(self, person: &Person, pool: &Pool) -> Result<Self, Exception> {
        self.differing_from(&person.name, person.email.as_str(), pool)
    }

    /// Like [`Self::of_person`], for a user who has no account yet.
    pub(super) fn differing_from(
        self,
        name: &str,
        email: &str,
        pool: &Pool,
    ) -> Result<Self, Exception> {
        let company = pool.id().name();
        self.0.unlike([name, email, company]).map(Self).map_err(weak)
    }

    /// Whether it is the same as the current password.
    ///
    /// # Errors
    /// 429 if too many passwords wait to be checked.
    pub(super) async fn is_password_of(
        &self,
        api: &Api,
        tenant: TenantId,
        current: &Credential,
    ) -> Result<bool, ApiError> {
        let stored = PasswordHash::from_stored(current.password_hash.clone());
        let text = self.0.as_str().to_owned();
        Ok(api.passwords.place(tenant)?.verify(text, Some(stored)).await?)
    }

    /// Hashes the password for an account of this pool.
    pub(super) async fn hashed(
        self,
        api: &Api,
        pool: &Pool,
        account: AccountId,
    ) -> Result<Hashed, ApiError> {
        let tenant = pool.tenant();
        let verifier = if pool.settings().srp {
            let place = api.passwords.place(tenant)?;
            let verifier = place.srp_verifier(pool.id().clone(), account, self.0.clone());
            let sealed = verifier.await?.seal(&api.seals, tenant);
            Some(sealed.map_err(ApiError::broken)?)
        } else {
            None
        };
        let hash = api.passwords.place(tenant)?.hash(self.0).await?.as_str().to_owned();
        Ok(Hashed { hash, verifier })
    }

    /// Replaces the password of the account, and revokes all its sessions and tokens on every node. `false` if the password changed since `current` was read,
    /// or if `by_code`, the SHA-256 digest of a reset code, is no longer valid.
    pub(super) async fn replace(
        self,
        api: &Api,
        pool: &Pool,
        current: &Credential,
        by_code: Option<[u8; 32]>,
    ) -> Result<bool, ApiError> {
        let Hashed { hash, verifier } = self.hashed(api, pool, current.account).await?;
        let hash_before = current.password_hash.clone();
        let new = store::PasswordReplacement { hash, verifier, replaces: hash_before, by_code };
        let (api, tenant, account) = (api.clone(), pool.tenant(), current.account);
        finish(async move {
            let replaced = api.store.replace_password(tenant, account, new).await?;
            if replaced {
                api.idp.revocations.end_account(tenant, account).await?;
            }
            Ok(replaced)
        })
        .await
    }

    /// Sets the password of an account without a condition, and revokes all its sessions and tokens on every node. `false` if there is no such account.
    pub(super) async fn set(
        self,
        api: &Api,
        pool: &Pool,
        account: AccountId,
        must_change: bool,
    ) -> Result<bool, ApiError> {
        let Hashed { hash, verifier } = self.hashed(api, pool, account).await?;
        let (api, tenant) = (api.clone(), pool.tenant());
        finish(async move {
            let set = api.store.set_password(tenant, account, hash, verifier, must_change).await?;
            if set {
                api.idp.revocations.end_account(tenant, account).await?;
            }
            Ok(set)
        })
        .await
    }
}

fn weak(why: WeakPassword) -> Exception {
    let message = format!("Password did not conform with policy: {why}");
    Exception::new(Kind::InvalidPassword, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G2: a password that the policy forbids is refused with Cognito's error name.
    #[test]
    fn a_weak_password_is_refused_with_the_error_name_of_cognito() {
        assert!(NewPassword::parse("correct horse battery").is_ok());
        for odd in ["", "1234567", "Password1", &"a".repeat(credential::MAX_PASSWORD_BYTES + 1)] {
            let refused = NewPassword::parse(odd).err().unwrap();
            assert_eq!(refused.name(), "InvalidPasswordException", "{odd}");
        }
    }
}
