//! Finds the account of a user name and checks its password.

use credential::PasswordHash;
use domain::TenantId;
use store::Credential;

use crate::{AccountName, IdentityProvider, SignInError};

impl IdentityProvider {
    /// Finds the account with this name and password. `None` if the name or the password is wrong; `name` is `None` for a text that is no name.
    ///
    /// An unknown name takes as much time as a known one and gets the same answer (ASVS 6.3.8). Outside demonstration mode, demo accounts are never found,
    /// because their password is public. The caller counts the attempt.
    ///
    /// # Errors
    /// [`SignInError`] if too many passwords wait to be checked, if the password is too long, or if PostgreSQL does not answer.
    pub async fn check_password(
        &self,
        tenant: TenantId,
        name: Option<&AccountName>,
        password: String,
    ) -> Result<Option<Credential>, SignInError> {
        // Refuses a flood here, before it reaches PostgreSQL.
        let place = self.passwords.place(tenant)?;
        let found = self.find_account(tenant, name).await?;
        let stored =
            found.as_ref().map(|found| PasswordHash::from_stored(found.password_hash.clone()));
        let right = place.verify(password, stored).await?;
        Ok(found.filter(|_| right))
    }

    /// The account that may sign in under this name. A name costs one query, whether it is found or not.
    ///
    /// # Errors
    /// [`store::Error`] if PostgreSQL does not answer.
    pub async fn find_account(
        &self,
        tenant: TenantId,
        name: Option<&AccountName>,
    ) -> Result<Option<Credential>, store::Error> {
        let found = match name {
            Some(AccountName::Id(account)) => {
                self.store.find_credential_of(tenant, *account).await?
            }
            Some(AccountName::Email(email)) => self.store.find_credential(tenant, email).await?,
            // Such a name never exists, so a fast answer reveals nothing.
            None => None,
        };
        Ok(found.filter(|found| self.may_use_account(found.demo)))
    }
}
