//! Sessions that were ended, noted before Redis hears of it.

use chrono::{DateTime, Utc};
use domain::TenantId;
use session::{Revocation, Subject};

use crate::{Error, Store, door::PlatformTx};

const SESSION: &str = "session";
const ACCOUNT: &str = "account";

impl Store {
    /// Notes that the subject is to end, as of now by the clock of PostgreSQL. Noting it again is noting it later.
    ///
    /// The row is kept until `expires_at`, when everything it ends would have ended by itself.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer; then nothing may be ended.
    #[tracing::instrument(level = "debug", name = "store.revocation.write", skip_all)]
    pub async fn revoke(
        &self,
        tenant: TenantId,
        subject: Subject,
        expires_at: DateTime<Utc>,
    ) -> Result<Revocation, Error> {
        self.for_platform(move |tx| Box::pin(note(tx, tenant, subject, expires_at))).await
    }
}

async fn note(
    tx: &mut PlatformTx,
    tenant: TenantId,
    subject: Subject,
    expires_at: DateTime<Utc>,
) -> Result<Revocation, Error> {
    let sql = "
        insert into platform.revocation as known (tenant_id, kind, subject, expires_at)
        values ($1, $2, $3, $4)
            on conflict (tenant_id, kind, subject) do update
           set revoked_at = clock_timestamp(),
               expires_at = greatest(known.expires_at, excluded.expires_at),
               applied_to = null
        returning revoked_at";
    let (kind, text) = as_text(&subject);
    let revoked_at = sqlx::query_scalar(sql)
        .bind(tenant.as_uuid())
        .bind(kind)
        .bind(text)
        .bind(expires_at)
        .fetch_one(tx.connection())
        .await?;
    Ok(Revocation { tenant, subject, revoked_at })
}

fn as_text(subject: &Subject) -> (&'static str, String) {
    match subject {
        Subject::Session(digest) => (SESSION, digest.as_str().to_owned()),
        Subject::Account(account) => (ACCOUNT, account.to_string()),
    }
}
