//! Moves the draft of a device to the account that signs in on it.

use domain::{AccountId, TenantId};

use super::draft::delete;
use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{SignInTx, WorkKind},
};

/// The result of adopting a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adoption {
    /// The account has the draft now, and the device has none.
    Adopted,
    /// The tenant has no such draft: it has expired, or another sign-in adopted it.
    Unknown,
    /// The user has not decided yet about the draft that the account has. The device keeps this one.
    Undecided,
    /// The draft could not be sealed for the account. The device keeps it.
    Unreadable,
}

impl Store {
    /// Moves a draft to an account, in one transaction. `reseal` turns the draft that was sealed for the device into one that is sealed for the account. Of
    /// concurrent sign-ins one adopts the draft.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer. The draft stays where it was, unless the commit was not confirmed.
    #[tracing::instrument(level = "debug", name = "store.draft.adopt", skip_all)]
    pub async fn adopt_draft(
        &self,
        tenant: TenantId,
        digest: [u8; 32],
        account: AccountId,
        reseal: impl FnOnce(&[u8]) -> Option<Vec<u8>> + Send + 'static,
    ) -> Result<Adoption, Error> {
        self.for_sign_in(tenant, WorkKind::Write, move |tx| {
            Box::pin(adopt(tx, digest, account, reseal))
        })
        .await
    }
}

/// The draft stays locked until the transaction ends, so a second sign-in finds it deleted.
async fn adopt(
    tx: &mut SignInTx,
    digest: [u8; 32],
    account: AccountId,
    reseal: impl FnOnce(&[u8]) -> Option<Vec<u8>>,
) -> Result<Adoption, Error> {
    let sql = tenant_sql!(
        "
        select sealed, tenant_id
          from onboarding_draft
         where tenant_id = $1
           and digest = $2
           and expires_at > now()
           for update"
    );
    let found: Option<(Vec<u8>,)> = tx.query(sql).bind(digest.as_slice()).fetch_optional().await?;
    let Some((sealed,)) = found else { return Ok(Adoption::Unknown) };
    let Some(draft) = reseal(&sealed) else { return Ok(Adoption::Unreadable) };
    let sql = tenant_sql!(
        "
        insert into onboarding_form as form (tenant_id, account_id, draft)
        values ($1, $2, $3)
            on conflict (tenant_id, account_id) do update
           set draft = excluded.draft, version = form.version + 1
         where form.tenant_id = $1
           and form.draft is null
        returning tenant_id"
    );
    if tx.query(sql).bind(account.as_uuid()).bind(draft).execute().await? == 0 {
        return Ok(Adoption::Undecided);
    }
    delete(tx, digest).await?;
    Ok(Adoption::Adopted)
}
