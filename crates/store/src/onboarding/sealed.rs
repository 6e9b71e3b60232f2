//! Reads and replaces sealed onboarding forms when the root key changes.

use domain::AccountId;
use tenancy::TenantContext;
use uuid::Uuid;

use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{TenantTx, WorkKind},
};

/// Where a sealed form is stored. It is sealed for this place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedOnboarding {
    /// The draft of a device, found by the digest of its cookie.
    Draft([u8; 32]),
    /// The form that the user of an account saved.
    Form(AccountId),
    /// The draft that an account adopted.
    Adopted(AccountId),
}

/// A sealed form and its place.
type SealedForm = (SealedOnboarding, Vec<u8>);

#[derive(sqlx::FromRow)]
struct Record {
    account_id: Uuid,
    sealed: Option<Vec<u8>>,
    draft: Option<Vec<u8>>,
}

impl Store {
    /// Lists the drafts of all devices. A tenant has at most 1,000.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.draft.list", skip_all)]
    pub async fn sealed_drafts(&self, context: &TenantContext) -> Result<Vec<SealedForm>, Error> {
        self.for_tenant(context, WorkKind::Read, |tx| Box::pin(drafts(tx))).await
    }

    /// Lists the forms and adopted drafts of at most `limit` accounts, in the order of their ids and beginning after `after`. Also returns the last of these
    /// accounts; `None` at the end.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.onboarding.list", skip_all)]
    pub async fn sealed_forms(
        &self,
        context: &TenantContext,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<(Vec<SealedForm>, Option<AccountId>), Error> {
        self.for_tenant(context, WorkKind::Read, move |tx| Box::pin(forms(tx, after, limit))).await
    }

    /// Replaces a sealed form. Returns `false` if it has changed since, or was deleted. Its version stays, because its content does.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.onboarding.reseal", skip_all)]
    pub async fn reseal_onboarding(
        &self,
        context: &TenantContext,
        place: SealedOnboarding,
        old: Vec<u8>,
        new: Vec<u8>,
    ) -> Result<bool, Error> {
        self.for_tenant(context, WorkKind::Write, move |tx| {
            Box::pin(async move { reseal(tx, place, &old, &new).await })
        })
        .await
    }
}

async fn drafts(tx: &mut TenantTx) -> Result<Vec<SealedForm>, Error> {
    let sql = tenant_sql!(
        "
        select digest, sealed, tenant_id
          from onboarding_draft
         where tenant_id = $1
           and expires_at > now()"
    );
    let rows: Vec<(Vec<u8>, Vec<u8>)> = tx.query(sql).fetch_all().await?;
    let read = |(digest, sealed): (Vec<u8>, Vec<u8>)| {
        let digest = digest.try_into().map_err(|_| Error::Corrupt("digest"))?;
        Ok((SealedOnboarding::Draft(digest), sealed))
    };
    rows.into_iter().map(read).collect()
}

async fn forms(
    tx: &mut TenantTx,
    after: Option<AccountId>,
    limit: u32,
) -> Result<(Vec<SealedForm>, Option<AccountId>), Error> {
    let sql = tenant_sql!(
        "
        select account_id, sealed, draft, tenant_id
          from onboarding_form
         where tenant_id = $1
           and ($2::uuid is null or account_id > $2)
         order by account_id
         limit $3"
    );
    let after = after.map(|after| after.as_uuid());
    let rows: Vec<Record> = tx.query(sql).bind(after).bind(i64::from(limit)).fetch_all().await?;
    let last = rows.last().map(|record| AccountId::from_uuid(record.account_id));
    let mut found = Vec::new();
    for Record { account_id, sealed, draft } in rows {
        let account = AccountId::from_uuid(account_id);
        found.extend(sealed.map(|sealed| (SealedOnboarding::Form(account), sealed)));
        found.extend(draft.map(|draft| (SealedOnboarding::Adopted(account), draft)));
    }
    Ok((found, last))
}

async fn reseal(
    tx: &mut TenantTx,
    place: SealedOnboarding,
    old: &[u8],
    new: &[u8],
) -> Result<bool, Error> {
    let changed = match place {
        SealedOnboarding::Draft(digest) => {
            let sql = tenant_sql!(
                "
                update onboarding_draft
                   set sealed = $4
                 where tenant_id = $1
                   and digest = $2
                   and sealed = $3
                returning tenant_id"
            );
            tx.query(sql).bind(digest.as_slice()).bind(old).bind(new).execute().await?
        }
        SealedOnboarding::Form(account) => {
            let sql = tenant_sql!(
                "
                update onboarding_form
                   set sealed = $4
                 where tenant_id = $1
                   and account_id = $2
                   and sealed = $3
                returning tenant_id"
            );
            tx.query(sql).bind(account.as_uuid()).bind(old).bind(new).execute().await?
        }
        SealedOnboarding::Adopted(account) => {
            let sql = tenant_sql!(
                "
                update onboarding_form
                   set draft = $4
                 where tenant_id = $1
                   and account_id = $2
                   and draft = $3
                returning tenant_id"
            );
            tx.query(sql).bind(account.as_uuid()).bind(old).bind(new).execute().await?
        }
    };
    Ok(changed > 0)
}
