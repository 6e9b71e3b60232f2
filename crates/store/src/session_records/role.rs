//! Marks the session records of an account whose role was changed, and continues a marked record under another key (row S2).

use session::{Owner, Renewal};
use sqlx::PgConnection;

use super::{
    create::{Row, insert, revoked_until},
    lock_account, refuse_sign_ins,
};
use crate::Error;

/// Marks the account's records that began at `until` or before. A later mark stays. A record that was replaced needs none. Does nothing if this change was
/// carried out before: the records that were marked then may know the present role by now.
pub(super) async fn mark(tx: &mut PgConnection, owner: Owner, until: i64) -> Result<(), Error> {
    lock_account(tx, owner).await?;
    if revoked_until(tx, owner).await? == Some(until) {
        return Ok(());
    }
    refuse_sign_ins(tx, owner, until).await?;
    let sql = "
        update session.record set role_changed_at = greatest(role_changed_at, $3)
         where tenant_id = $1 and account_id = $2 and began_at <= $3 and replaced_by is null";
    sqlx::query(sql)
        .bind(owner.tenant.as_uuid())
        .bind(owner.account.as_uuid())
        .bind(until)
        .execute(tx)
        .await?;
    Ok(())
}

/// Continues a record if it still has the mark, was not replaced and has not expired. Returns whether it did. The account's lock keeps changes of its role and
/// the end of all its sessions away until the new record can be seen.
pub(super) async fn renew(tx: &mut PgConnection, renewal: Renewal) -> Result<bool, Error> {
    let (began_at, expires_on) = (renewal.began_at(), renewal.expires_at().date_naive());
    let Renewal { key, owner, fields, ttl, replaces, marked_at, kept } = renewal;
    lock_account(tx, owner).await?;
    let sql = "
        update session.record set replaced_by = $4, idle_until = least(idle_until, now() + $5)
         where tenant_id = $1 and key = $2 and role_changed_at = $3 and replaced_by is null and idle_until > now()";
    let replaced = sqlx::query(sql)
        .bind(owner.tenant.as_uuid())
        .bind(replaces.as_str())
        .bind(marked_at)
        .bind(key.to_digest().as_str())
        .bind(kept)
        .execute(&mut *tx)
        .await?;
    if replaced.rows_affected() == 0 {
        return Ok(false);
    }
    insert(tx, &key, Row { owner, began_at, expires_on, fields, ttl }, None).await?;
    Ok(true)
}
