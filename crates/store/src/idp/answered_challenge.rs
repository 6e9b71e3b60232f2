//! Answered challenges and spent re-authentication tickets, which are recorded because each works only once.

use std::time::Duration;

use domain::TenantId;
use uuid::Uuid;

use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{SignInTx, WorkKind},
};

/// A re-authentication ticket that is being spent.
#[derive(Clone, Copy, Debug)]
pub struct SpentTicket {
    /// The ticket's id within its tenant.
    pub id: Uuid,
    /// How long the ticket is remembered as spent. It must have expired by then.
    pub remembered: Duration,
}

impl Store {
    /// Records that a challenge was answered, and deletes records that are no longer needed. Returns `false` if it was answered before, on any node.
    /// `kept` is the longest time in which a challenge can be answered.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.answered_challenge.write", skip_all)]
    pub async fn answer_once(
        &self,
        tenant: TenantId,
        challenge: Uuid,
        kept: Duration,
    ) -> Result<bool, Error> {
        self.for_sign_in(tenant, WorkKind::Write, move |tx| {
            Box::pin(async move { record_once(tx, challenge, kept).await })
        })
        .await
    }
}

/// The same inside a transaction that does more: if it is rolled back, nothing is spent.
pub(super) async fn record_once(
    tx: &mut SignInTx,
    id: Uuid,
    kept: Duration,
) -> Result<bool, Error> {
    sweep(tx).await?;
    insert(tx, id, kept).await
}

async fn sweep(tx: &mut SignInTx) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        delete from answered_challenge
         where tenant_id = $1
           and expires_at < now()
        returning tenant_id"
    );
    tx.query(sql).execute().await?;
    Ok(())
}

async fn insert(tx: &mut SignInTx, challenge: Uuid, kept: Duration) -> Result<bool, Error> {
    let sql = tenant_sql!(
        "
        insert into answered_challenge (tenant_id, id, expires_at)
        values ($1, $2, now() + make_interval(secs => $3))
            on conflict (tenant_id, id) do nothing
        returning tenant_id"
    );
    let changed = tx.query(sql).bind(challenge).bind(kept.as_secs_f64()).execute().await?;
    Ok(changed > 0)
}
