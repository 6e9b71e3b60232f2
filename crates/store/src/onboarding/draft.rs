//! Drafts of devices whose user has not signed in. The digest of a cookie finds one, within its tenant only.

use chrono::{DateTime, Utc};
use domain::{TenantId, Version};

use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{BoundTx, SignInTx, WorkKind},
    version::version,
};

/// The most drafts of a tenant (row G13): far more than people join a company on one day.
const MAX_DRAFTS: i64 = 1_000;
/// How long a draft lasts, in hours, from its beginning on.
const HOURS: i32 = 24;

/// A draft as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDraft {
    /// The sealed form.
    pub sealed: Vec<u8>,
    /// Its version and its end.
    pub saved: SavedDraft,
}

/// A draft that has just been saved or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SavedDraft {
    /// The present version.
    pub version: Version,
    /// When the draft is deleted.
    pub expires_at: DateTime<Utc>,
}

/// The result of changing a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftEdit {
    /// The draft has the new content.
    Saved(SavedDraft),
    /// Another tab changed the draft first. It has this version now, and was not changed.
    Stale(Version),
    /// The tenant has no such draft, or it has expired.
    Unknown,
}

impl Store {
    /// Reads a draft. `None` if the tenant has none with this digest, or if it has expired.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.draft.read", skip_all)]
    pub async fn draft(
        &self,
        tenant: TenantId,
        digest: [u8; 32],
    ) -> Result<Option<StoredDraft>, Error> {
        self.for_sign_in(tenant, WorkKind::Read, move |tx| Box::pin(find(tx, digest))).await
    }

    /// Stores a new draft for 24 hours. `None` if the tenant has as many drafts as it may have; nothing is stored then. Deletes expired drafts first.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.draft.create", skip_all)]
    pub async fn create_draft(
        &self,
        tenant: TenantId,
        digest: [u8; 32],
        sealed: Vec<u8>,
    ) -> Result<Option<SavedDraft>, Error> {
        self.for_sign_in(tenant, WorkKind::Write, move |tx| Box::pin(create(tx, digest, sealed)))
            .await
    }

    /// Replaces the content of a draft that has this version.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.draft.edit", skip_all)]
    pub async fn edit_draft(
        &self,
        tenant: TenantId,
        digest: [u8; 32],
        version: Version,
        sealed: Vec<u8>,
    ) -> Result<DraftEdit, Error> {
        self.for_sign_in(tenant, WorkKind::Write, move |tx| {
            Box::pin(edit(tx, digest, version, sealed))
        })
        .await
    }

    /// Deletes a draft, if there is one with this digest.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.draft.delete", skip_all)]
    pub async fn delete_draft(&self, tenant: TenantId, digest: [u8; 32]) -> Result<(), Error> {
        self.for_sign_in(tenant, WorkKind::Write, move |tx| Box::pin(delete(tx, digest))).await
    }
}

async fn find(tx: &mut SignInTx, digest: [u8; 32]) -> Result<Option<StoredDraft>, Error> {
    let sql = tenant_sql!(
        "
        select sealed, version, expires_at, tenant_id
          from onboarding_draft
         where tenant_id = $1
           and digest = $2
           and expires_at > now()"
    );
    let found: Option<(Vec<u8>, i64, DateTime<Utc>)> =
        tx.query(sql).bind(digest.as_slice()).fetch_optional().await?;
    let read = |(sealed, version, expires_at)| {
        Ok(StoredDraft { sealed, saved: SavedDraft::read(version, expires_at)? })
    };
    found.map(read).transpose()
}

/// Drafts of a tenant are created one after the other, so each counts those before it.
async fn create(
    tx: &mut SignInTx,
    digest: [u8; 32],
    sealed: Vec<u8>,
) -> Result<Option<SavedDraft>, Error> {
    let sql = tenant_sql!(
        "
        select pg_advisory_xact_lock(hashtextextended('onboarding_draft' || $1::text, 0)), $1::uuid as tenant_id"
    );
    tx.query(sql).fetch_rows().await?;
    sweep(tx, MAX_DRAFTS).await?;
    let sql = tenant_sql!(
        "
        insert into onboarding_draft (tenant_id, digest, sealed, expires_at)
        select $1, $2, $3, now() + make_interval(hours => $4)
         where (select count(*) from onboarding_draft where tenant_id = $1) < $5
        returning version, expires_at, tenant_id"
    );
    let create = tx.query(sql).bind(digest.as_slice()).bind(sealed).bind(HOURS).bind(MAX_DRAFTS);
    let created: Option<(i64, DateTime<Utc>)> = create.fetch_optional().await?;
    created.map(|(version, expires_at)| SavedDraft::read(version, expires_at)).transpose()
}

async fn edit(
    tx: &mut SignInTx,
    digest: [u8; 32],
    version: Version,
    sealed: Vec<u8>,
) -> Result<DraftEdit, Error> {
    let sql = tenant_sql!(
        "
        update onboarding_draft
           set sealed = $4, version = version + 1
         where tenant_id = $1
           and digest = $2
           and version = $3
           and expires_at > now()
        returning version, expires_at, tenant_id"
    );
    let edit = tx.query(sql).bind(digest.as_slice()).bind(version.get()).bind(sealed);
    if let Some((version, expires_at)) = edit.fetch_optional::<(i64, DateTime<Utc>)>().await? {
        return Ok(DraftEdit::Saved(SavedDraft::read(version, expires_at)?));
    }
    let present = find(tx, digest).await?;
    Ok(present.map_or(DraftEdit::Unknown, |draft| DraftEdit::Stale(draft.saved.version)))
}

/// Deletes a draft, inside a running transaction.
pub(super) async fn delete(tx: &mut SignInTx, digest: [u8; 32]) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        delete from onboarding_draft
         where tenant_id = $1
           and digest = $2
        returning tenant_id"
    );
    tx.query(sql).bind(digest.as_slice()).execute().await?;
    Ok(())
}

/// Deletes the drafts that have expired, at most `most`.
pub(crate) async fn sweep(tx: &mut BoundTx, most: i64) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        delete from onboarding_draft
         where tenant_id = $1
           and digest in (select digest
                            from onboarding_draft
                           where tenant_id = $1
                             and expires_at <= now()
                           limit $2)
        returning tenant_id"
    );
    tx.query(sql).bind(most).execute().await?;
    Ok(())
}

impl SavedDraft {
    fn read(stored: i64, expires_at: DateTime<Utc>) -> Result<Self, Error> {
        Ok(Self { version: version(stored)?, expires_at })
    }
}
