//! Password changes, and the verifiers that SRP checks passwords against.

use domain::{AccountId, TenantId};

use super::family::{RevokedFor, revoke_all};
use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{SignInTx, WorkKind},
};

/// A new password, which replaces the present one.
#[derive(Clone)]
pub struct PasswordReplacement {
    /// The hash of the new password, as a PHC string.
    pub hash: String,
    /// The sealed SRP verifier, in pools that allow SRP.
    pub verifier: Option<Vec<u8>>,
    /// The PHC string of the password that it replaces. If the account has another one now, nothing is changed.
    pub replaces: String,
    /// SHA-256 of the reset code that the user presented, which the change spends; `None` if the user presented the old password.
    pub by_code: Option<[u8; 32]>,
}

impl Store {
    /// Sets the password of an account, and revokes its refresh tokens. `verifier` is the sealed SRP verifier, in pools that allow SRP. Returns
    /// `false` if there is no such account.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.password.write", skip_all)]
    pub async fn set_password(
        &self,
        tenant: TenantId,
        account: AccountId,
        password_hash: String,
        verifier: Option<Vec<u8>>,
        must_change: bool,
    ) -> Result<bool, Error> {
        self.for_sign_in(tenant, WorkKind::Write, move |tx| {
            Box::pin(async move {
                let known = set_hash(tx, account, &password_hash, must_change, None).await?;
                if known {
                    follow(tx, account, verifier).await?;
                }
                Ok(known)
            })
        })
        .await
    }

    /// The same for a user who presented the old password or a reset code. Returns `false` if that is no longer valid: of two changes at the same
    /// time, one is refused.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.password.replace", skip_all)]
    pub async fn replace_password(
        &self,
        tenant: TenantId,
        account: AccountId,
        new: PasswordReplacement,
    ) -> Result<bool, Error> {
        self.for_sign_in(tenant, WorkKind::Write, move |tx| {
            Box::pin(async move {
                let replaced = set_hash(tx, account, &new.hash, false, Some(&new)).await?;
                if replaced {
                    follow(tx, account, new.verifier).await?;
                }
                Ok(replaced)
            })
        })
        .await
    }

    /// Deletes the SRP verifiers of all accounts of a tenant whose pool no longer allows SRP. Returns their number.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.srp_verifier.remove", skip_all)]
    pub async fn forget_srp_verifiers(&self, tenant: TenantId) -> Result<u64, Error> {
        self.for_sign_in(tenant, WorkKind::Write, |tx| Box::pin(forget_verifiers(tx))).await
    }

    /// Reads the sealed SRP verifier of an account; `None` if it has none.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.srp_verifier.find", skip_all)]
    pub async fn srp_verifier(
        &self,
        tenant: TenantId,
        account: AccountId,
    ) -> Result<Option<Vec<u8>>, Error> {
        self.for_sign_in(tenant, WorkKind::Read, move |tx| Box::pin(verifier(tx, account))).await
    }
}

/// Completes a password change in the same transaction: sets the verifier, and revokes everything that the old password gave.
async fn follow(
    tx: &mut SignInTx,
    account: AccountId,
    verifier: Option<Vec<u8>>,
) -> Result<(), Error> {
    set_verifier(tx, account, verifier).await?;
    revoke_all(tx, account, RevokedFor::Password).await
}

/// Sets the hash. `shown` holds what the user presented, and the change is made only if that is still valid. Of two changes at the same time the
/// second one finds another hash; [`follow`] deletes the reset code.
async fn set_hash(
    tx: &mut SignInTx,
    account: AccountId,
    password_hash: &str,
    must_change: bool,
    shown: Option<&PasswordReplacement>,
) -> Result<bool, Error> {
    let sql = tenant_sql!(
        "
        update account as a
           set password_hash = $3, must_change_password = $4, updated_at = now()
         where a.tenant_id = $1
           and a.id = $2
           and ($5::text is null or a.password_hash = $5)
           and ($6::bytea is null
                or exists (select from reset_code as c
                            where c.tenant_id = $1
                              and c.tenant_id = a.tenant_id
                              and c.account_id = a.id
                              and c.digest = $6
                              and c.expires_at > now()))
        returning tenant_id"
    );
    let changed = tx
        .query(sql)
        .bind(account.as_uuid())
        .bind(password_hash)
        .bind(must_change)
        .bind(shown.map(|new| &new.replaces))
        .bind(shown.and_then(|new| new.by_code))
        .execute()
        .await?;
    Ok(changed > 0)
}

/// Replaces the account's SRP verifier, or deletes it if there is no new one.
async fn set_verifier(
    tx: &mut SignInTx,
    account: AccountId,
    verifier: Option<Vec<u8>>,
) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        delete from srp_verifier
         where tenant_id = $1
           and account_id = $2
        returning tenant_id"
    );
    tx.query(sql).bind(account.as_uuid()).execute().await?;
    let Some(verifier) = verifier else { return Ok(()) };
    let sql = tenant_sql!(
        "
        insert into srp_verifier (tenant_id, account_id, sealed)
        values ($1, $2, $3)
        returning tenant_id"
    );
    tx.query(sql).bind(account.as_uuid()).bind(verifier).execute().await?;
    Ok(())
}

async fn forget_verifiers(tx: &mut SignInTx) -> Result<u64, Error> {
    let sql = tenant_sql!(
        "
        delete from srp_verifier
         where tenant_id = $1
        returning tenant_id"
    );
    let changed = tx.query(sql).execute().await?;
    Ok(changed as u64)
}

async fn verifier(tx: &mut SignInTx, account: AccountId) -> Result<Option<Vec<u8>>, Error> {
    let sql = tenant_sql!(
        "
        select sealed, tenant_id
          from srp_verifier
         where tenant_id = $1
           and account_id = $2"
    );
    let found: Option<(Vec<u8>,)> = tx.query(sql).bind(account.as_uuid()).fetch_optional().await?;
    Ok(found.map(|(sealed,)| sealed))
}
