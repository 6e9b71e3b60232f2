//! Deletes every row of a tenant, and the tenant itself.

use domain::TenantId;
use sqlx::{AssertSqlSafe, Executor, PgConnection};

use super::{
    ArchiveError, TableRows, bind, commit, connect,
    tables::{TABLES, in_order_of_deletion},
};
use crate::Error;

/// Counts the rows that [`erase_tenant`] would delete.
///
/// # Errors
/// [`ArchiveError`] if PostgreSQL does not answer, or has an unknown table.
pub async fn count_tenant_rows(
    owner_url: &str,
    tenant: TenantId,
) -> Result<Vec<TableRows>, ArchiveError> {
    let mut owner = connect(owner_url).await?;
    owner.execute("begin isolation level repeatable read read only").await?;
    bind(&mut owner, tenant).await?;
    let mut counted = Vec::new();
    for table in TABLES.iter().map(|table| table.name) {
        let sql = format!("select count(*) from {table} where tenant_id = $1");
        let query = sqlx::query_scalar(AssertSqlSafe(sql)).bind(tenant.as_uuid());
        let rows: i64 = query.fetch_one(&mut owner).await?;
        counted.push(TableRows { table, rows: rows.unsigned_abs() });
    }
    commit(owner).await?;
    Ok(counted)
}

/// Deletes every row of a tenant that is suspended or deleted, and the tenant's entry in the directory, in one transaction. Returns how many rows it deleted.
/// The id of its user pool is kept, so that no other tenant gets it. Backups and the write-ahead log still have the rows.
///
/// # Errors
/// [`ArchiveError::Active`] or [`ArchiveError::Absent`]; otherwise as [`count_tenant_rows`].
pub async fn erase_tenant(
    owner_url: &str,
    tenant: TenantId,
) -> Result<Vec<TableRows>, ArchiveError> {
    let mut owner = connect(owner_url).await?;
    owner.execute("begin").await?;
    bind(&mut owner, tenant).await?;
    let status = "select status = 'active' from platform.tenant where id = $1 for update";
    let is_active = sqlx::query_scalar(status).bind(tenant.as_uuid()).fetch_optional(&mut owner);
    if is_active.await?.ok_or(ArchiveError::Absent)? {
        return Err(ArchiveError::Active);
    }
    let retire = "
        insert into platform.retired_pool (id) select id from platform.pool where tenant_id = $1";
    sqlx::query(retire).bind(tenant.as_uuid()).execute(&mut owner).await?;
    let mut erased = Vec::new();
    for table in in_order_of_deletion() {
        erased
            .push(TableRows { table, rows: delete(&mut owner, table, "tenant_id", tenant).await? });
    }
    let table = "platform.tenant";
    erased.push(TableRows { table, rows: delete(&mut owner, table, "id", tenant).await? });
    commit(owner).await?;
    Ok(erased)
}

/// Deletes the tenant's rows of a table, and rolls back if one of them is another tenant's.
async fn delete(
    owner: &mut PgConnection,
    table: &'static str,
    column: &'static str,
    tenant: TenantId,
) -> Result<u64, Error> {
    let sql = format!(
        "with gone as (delete from {table} where {column} = $1 returning {column} as tenant_id)
         select count(*), count(*) filter (where tenant_id <> $1) from gone"
    );
    let counted = sqlx::query_as(AssertSqlSafe(sql)).bind(tenant.as_uuid());
    let (rows, foreign): (i64, i64) = counted.fetch_one(owner).await?;
    if foreign > 0 {
        tracing::error!(alert = "row_tenant", %tenant, "store.row.foreign_tenant");
        return Err(Error::ForeignRow);
    }
    Ok(rows.unsigned_abs())
}
