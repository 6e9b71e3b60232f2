//! The onboarding form of the acting person's account.

use domain::{AccountId, Version};
use tenancy::{Actor, TenantContext};

use crate::{
    Error, Store, WriteRefusal,
    statement::tenant_sql,
    transactions::{TenantTx, WorkKind},
    version::version,
};

/// The onboarding form of an account as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredOnboarding {
    /// The present version. It also changes when a draft is adopted.
    pub version: Version,
    /// The sealed form; `None` if the user has saved none.
    pub sealed: Option<Vec<u8>>,
    /// The sealed draft that was adopted, until the user decides about it.
    pub draft: Option<Vec<u8>>,
}

#[derive(sqlx::FromRow)]
struct Record {
    version: i64,
    sealed: Option<Vec<u8>>,
    draft: Option<Vec<u8>>,
}

impl Store {
    /// Reads the form of the acting person. `None` if nothing was saved or adopted, or if the actor is not a person.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.onboarding.read", skip_all)]
    pub async fn onboarding(
        &self,
        context: &TenantContext,
    ) -> Result<Option<StoredOnboarding>, Error> {
        self.for_tenant(context, WorkKind::Read, |tx| Box::pin(read(tx))).await
    }

    /// Saves the form of the acting person and deletes the adopted draft. The caller has seen the draft, because its adoption changed the version.
    /// `expected` is the version that the caller read, or `None` if there was none. Returns the new version; `None` if that is not so: there is no form for
    /// `Some`, or there is one for `None`.
    ///
    /// # Errors
    /// [`WriteRefusal::Stale`] if the form has another version.
    #[tracing::instrument(level = "debug", name = "store.onboarding.write", skip_all)]
    pub async fn put_onboarding(
        &self,
        context: &TenantContext,
        expected: Option<Version>,
        sealed: Vec<u8>,
    ) -> Result<Option<Version>, Error> {
        self.for_tenant(context, WorkKind::Write, move |tx| {
            Box::pin(async move {
                match expected {
                    None => create(tx, sealed).await,
                    Some(expected) => replace(tx, expected, sealed).await,
                }
            })
        })
        .await
    }

    /// Deletes the adopted draft of the acting person, and keeps the form. Returns the new version; `None` if there is neither. A draft that was deleted before
    /// is no error.
    ///
    /// # Errors
    /// [`WriteRefusal::Stale`] if there is another draft than the caller read, or the form was changed since.
    #[tracing::instrument(level = "debug", name = "store.onboarding.discard_draft", skip_all)]
    pub async fn discard_adopted_draft(
        &self,
        context: &TenantContext,
        expected: Version,
    ) -> Result<Option<Version>, Error> {
        self.for_tenant(context, WorkKind::Write, move |tx| Box::pin(discard(tx, expected))).await
    }
}

/// The account of the acting person.
fn person(tx: &TenantTx) -> Option<AccountId> {
    match tx.actor() {
        Actor::Person { account, .. } => Some(*account),
        _ => None,
    }
}

async fn read(tx: &mut TenantTx) -> Result<Option<StoredOnboarding>, Error> {
    let Some(account) = person(tx) else { return Ok(None) };
    let sql = tenant_sql!(
        "
        select version, sealed, draft, tenant_id
          from onboarding_form
         where tenant_id = $1
           and account_id = $2"
    );
    let found: Option<Record> = tx.query(sql).bind(account.as_uuid()).fetch_optional().await?;
    let stored = |Record { version: number, sealed, draft }| {
        Ok(StoredOnboarding { version: version(number)?, sealed, draft })
    };
    found.map(stored).transpose()
}

async fn create(tx: &mut TenantTx, sealed: Vec<u8>) -> Result<Option<Version>, Error> {
    let Some(account) = person(tx) else { return Ok(None) };
    let sql = tenant_sql!(
        "
        insert into onboarding_form (tenant_id, account_id, sealed)
        values ($1, $2, $3)
            on conflict (tenant_id, account_id) do nothing
        returning version, tenant_id"
    );
    let created: Option<(i64,)> =
        tx.query(sql).bind(account.as_uuid()).bind(sealed).fetch_optional().await?;
    created.map(|(number,)| version(number)).transpose()
}

async fn replace(
    tx: &mut TenantTx,
    expected: Version,
    sealed: Vec<u8>,
) -> Result<Option<Version>, Error> {
    let Some(account) = person(tx) else { return Ok(None) };
    let sql = tenant_sql!(
        "
        update onboarding_form
           set sealed = $4, draft = null, version = version + 1
         where tenant_id = $1
           and account_id = $2
           and version = $3
        returning version, tenant_id"
    );
    let replace = tx.query(sql).bind(account.as_uuid()).bind(expected.get()).bind(sealed);
    match replace.fetch_optional::<(i64,)>().await? {
        Some((number,)) => version(number).map(Some),
        None => match read(tx).await? {
            Some(present) => Err(WriteRefusal::Stale { version: present.version }.into()),
            None => Ok(None),
        },
    }
}

async fn discard(tx: &mut TenantTx, expected: Version) -> Result<Option<Version>, Error> {
    let Some(account) = person(tx) else { return Ok(None) };
    let sql = tenant_sql!(
        "
        update onboarding_form
           set draft = null, version = version + 1
         where tenant_id = $1
           and account_id = $2
           and version = $3
           and draft is not null
        returning version, tenant_id"
    );
    let discard = tx.query(sql).bind(account.as_uuid()).bind(expected.get());
    if let Some((number,)) = discard.fetch_optional::<(i64,)>().await? {
        return version(number).map(Some);
    }
    match read(tx).await? {
        Some(present) if present.draft.is_some() || present.version != expected => {
            Err(WriteRefusal::Stale { version: present.version }.into())
        }
        present => Ok(present.map(|present| present.version)),
    }
}
