//! Revocations of sessions and tokens, and changes of roles: recorded in PostgreSQL first, and carried out in Redis after that.

use chrono::{DateTime, Utc};
use domain::{AccountId, OriginId, TenantId};
use session::{Revocation, SessionDigest, Subject};
use share::Holder;
use uuid::Uuid;

use crate::{Error, Store, transactions::PlatformTx};

const SESSION: &str = "session";
const REPLACED: &str = "replaced";
const ACCOUNT: &str = "account";
const TOKENS: &str = "tokens";
const ROLE: &str = "role";

/// How many unfinished revocations one call returns.
const UNFINISHED_BATCH: i64 = 1000;

impl Store {
    /// Records that the subject is revoked as of now, by PostgreSQL's clock. Recording it again moves the time to the new one.
    ///
    /// The row is kept until `expires_at`: everything that it revokes must have expired by then.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer; then the caller must not revoke anything in Redis.
    #[tracing::instrument(level = "debug", name = "store.revocation.write", skip_all)]
    pub async fn revoke(
        &self,
        tenant: TenantId,
        subject: Subject,
        expires_at: DateTime<Utc>,
    ) -> Result<Revocation, Error> {
        let noted = self
            .for_platform(tenant, move |tx| Box::pin(note(tx, tenant, vec![subject], expires_at)));
        noted.await?.pop().ok_or(Error::Corrupt("revocation"))
    }

    /// Records that the id of a session was replaced ([`Subject::Replaced`]), so that an old copy of the session store cannot bring it back. `generation` is the
    /// generation in which the store has replaced it. Returns `false`, and records nothing, if the session was revoked under this id before.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.revocation.write_replaced", skip_all)]
    pub async fn note_replaced(
        &self,
        tenant: TenantId,
        replaced: SessionDigest,
        generation: Option<String>,
        expires_at: DateTime<Utc>,
    ) -> Result<bool, Error> {
        self.for_platform(tenant, move |tx| {
            Box::pin(async move {
                let sql = "
                    insert into platform.revocation (tenant_id, kind, subject, expires_at, applied_to)
                    select $1, $2, $3, $4, $5
                     where not exists (select from platform.revocation where (tenant_id, kind, subject) = ($1, $6, $3))
                        on conflict (tenant_id, kind, subject) do update set applied_to = excluded.applied_to";
                let noted = sqlx::query(sql)
                    .bind(tenant.as_uuid())
                    .bind(REPLACED)
                    .bind(replaced.as_str())
                    .bind(expires_at)
                    .bind(generation)
                    .bind(SESSION)
                    .execute(tx.connection())
                    .await?;
                Ok(noted.rows_affected() > 0)
            })
        })
        .await
    }

    /// Records that every session and token of these accounts is revoked as of now, by PostgreSQL's clock, as [`Self::revoke`] does for one subject.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer; then the caller must not revoke anything in Redis.
    #[tracing::instrument(level = "debug", name = "store.revocation.write_all", skip_all)]
    pub async fn revoke_accounts(
        &self,
        tenant: TenantId,
        accounts: Vec<AccountId>,
        expires_at: DateTime<Utc>,
    ) -> Result<Vec<Revocation>, Error> {
        let subjects: Vec<Subject> = accounts.into_iter().map(Subject::Account).collect();
        self.for_platform(tenant, move |tx| Box::pin(note(tx, tenant, subjects, expires_at))).await
    }

    /// Lists every revocation that has not expired, for a Redis that may have lost any of them.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    pub async fn revocations(&self) -> Result<Vec<Revocation>, Error> {
        self.for_platform(Holder::Node, |tx| Box::pin(all(tx))).await
    }

    /// Lists revocations that are not finished: recorded more than two seconds ago and never carried out, or recorded in the last minute and carried
    /// out in another generation of Redis than `generation`. At most 1,000 of them: the caller carries them out and asks again.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    pub async fn unfinished_revocations(&self, generation: &str) -> Result<Vec<Revocation>, Error> {
        let generation = generation.to_owned();
        self.for_platform(Holder::Node, |tx| Box::pin(async move { late(tx, &generation).await }))
            .await
    }

    /// Records that these revocations were carried out in the generation `generation` of Redis. A revocation that was recorded again meanwhile does not
    /// change.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer; then they are carried out again, which changes nothing.
    pub async fn note_applied(
        &self,
        revocations: Vec<Revocation>,
        generation: String,
    ) -> Result<(), Error> {
        if revocations.is_empty() {
            return Ok(());
        }
        self.for_platform(Holder::Node, move |tx| {
            Box::pin(async move { applied(tx, &revocations, &generation).await })
        })
        .await
    }

    /// Deletes the revocations that have expired, and returns their number.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    pub async fn sweep_revocations(&self) -> Result<u64, Error> {
        self.for_platform(Holder::Node, |tx| Box::pin(sweep(tx))).await
    }
}

#[derive(sqlx::FromRow)]
struct Record {
    tenant_id: Uuid,
    kind: String,
    subject: String,
    revoked_at: DateTime<Utc>,
}

/// A revocation that was never carried out gets the current time, because what it was recorded for may have happened after that.
async fn all(tx: &mut PlatformTx) -> Result<Vec<Revocation>, Error> {
    let sql = "
        select tenant_id, kind, subject,
               case when applied_to is null then clock_timestamp() else revoked_at end as revoked_at
          from platform.revocation
         where expires_at > now()";
    let records: Vec<Record> = sqlx::query_as(sql).fetch_all(tx.connection()).await?;
    records.into_iter().map(Revocation::try_from).collect()
}

async fn late(tx: &mut PlatformTx, generation: &str) -> Result<Vec<Revocation>, Error> {
    let sql = "
        select tenant_id, kind, subject,
               case when applied_to is null then clock_timestamp() else revoked_at end as revoked_at
          from platform.revocation
         where expires_at > now()
           and (applied_to is null and revoked_at < now() - interval '2 seconds'
                or applied_to <> $1 and revoked_at > now() - interval '1 minute')
         limit $2";
    let records: Vec<Record> = sqlx::query_as(sql)
        .bind(generation)
        .bind(UNFINISHED_BATCH)
        .fetch_all(tx.connection())
        .await?;
    records.into_iter().map(Revocation::try_from).collect()
}

async fn applied(
    tx: &mut PlatformTx,
    revocations: &[Revocation],
    generation: &str,
) -> Result<(), Error> {
    let sql = "
        update platform.revocation as known
           set applied_to = $5, revoked_at = done.revoked_at
          from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) as done (tenant_id, kind, subject, revoked_at)
         where (known.tenant_id, known.kind, known.subject) = (done.tenant_id, done.kind, done.subject)
           and known.revoked_at <= done.revoked_at";
    let (kinds, subjects): (Vec<&str>, Vec<String>) =
        revocations.iter().map(|revocation| as_text(&revocation.subject)).unzip();
    sqlx::query(sql)
        .bind(revocations.iter().map(|one| one.tenant.as_uuid()).collect::<Vec<_>>())
        .bind(kinds)
        .bind(subjects)
        .bind(revocations.iter().map(|one| one.revoked_at).collect::<Vec<_>>())
        .bind(generation)
        .execute(tx.connection())
        .await?;
    Ok(())
}

async fn sweep(tx: &mut PlatformTx) -> Result<u64, Error> {
    let sql = "delete from platform.revocation where expires_at <= now()";
    Ok(sqlx::query(sql).execute(tx.connection()).await?.rows_affected())
}

async fn note(
    tx: &mut PlatformTx,
    tenant: TenantId,
    subjects: Vec<Subject>,
    expires_at: DateTime<Utc>,
) -> Result<Vec<Revocation>, Error> {
    let sql = "
        insert into platform.revocation as known (tenant_id, kind, subject, expires_at)
        select $1, kind, subject, $4 from unnest($2::text[], $3::text[]) as new (kind, subject)
            on conflict (tenant_id, kind, subject) do update
           set revoked_at = clock_timestamp(),
               expires_at = greatest(known.expires_at, excluded.expires_at),
               applied_to = null
        returning tenant_id, kind, subject, revoked_at";
    let (kinds, texts): (Vec<&str>, Vec<String>) = subjects.iter().map(as_text).unzip();
    let records: Vec<Record> = sqlx::query_as(sql)
        .bind(tenant.as_uuid())
        .bind(kinds)
        .bind(texts)
        .bind(expires_at)
        .fetch_all(tx.connection())
        .await?;
    records.into_iter().map(Revocation::try_from).collect()
}

fn as_text(subject: &Subject) -> (&'static str, String) {
    match subject {
        Subject::Session(digest) => (SESSION, digest.as_str().to_owned()),
        Subject::Replaced(digest) => (REPLACED, digest.as_str().to_owned()),
        Subject::Account(account) => (ACCOUNT, account.to_string()),
        Subject::Role(account) => (ROLE, account.to_string()),
        Subject::Tokens(origin) => (TOKENS, origin.to_string()),
    }
}

impl TryFrom<Record> for Revocation {
    type Error = Error;

    fn try_from(record: Record) -> Result<Self, Error> {
        let Record { tenant_id, kind, subject, revoked_at } = record;
        let unreadable = || Error::Corrupt("revocation");
        let id = |subject: &str| Uuid::parse_str(subject).map_err(|_| unreadable());
        let subject = match kind.as_str() {
            SESSION => Subject::Session(subject.parse().map_err(|_| unreadable())?),
            REPLACED => Subject::Replaced(subject.parse().map_err(|_| unreadable())?),
            ACCOUNT => Subject::Account(AccountId::from_uuid(id(&subject)?)),
            ROLE => Subject::Role(AccountId::from_uuid(id(&subject)?)),
            TOKENS => Subject::Tokens(OriginId::from_uuid(id(&subject)?)),
            _ => return Err(unreadable()),
        };
        Ok(Self { tenant: TenantId::from_uuid(tenant_id), subject, revoked_at })
    }
}
