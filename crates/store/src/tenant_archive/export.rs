//! Reads all rows of a tenant, as they are at one moment.

use std::io;

use domain::TenantId;
use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, Executor, PgConnection};
use uuid::Uuid;

use super::{ArchiveError, TableRows, bind, commit, connect, schema, tables::exported_tables};
use crate::Error;

/// The description of an exported tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedTenant {
    /// The name of the company.
    pub name: String,
    /// The session policy, as in the directory.
    pub session_policy: String,
    /// The number of the last migration that was applied.
    pub schema: i64,
    /// The number of rows of each exported table.
    pub rows: Vec<TableRows>,
}

/// Reads the rows of each exported table and hands each one to `take`, as a JSON object without the tenant. All rows are of one snapshot; the tenant can be in
/// use meanwhile.
///
/// # Errors
/// [`ArchiveError`]. An error of `take` ends the export.
pub async fn export_tenant(
    owner_url: &str,
    tenant: TenantId,
    take: &mut (dyn FnMut(&'static str, &str) -> io::Result<()> + Send),
) -> Result<ExportedTenant, ArchiveError> {
    let mut owner = connect(owner_url).await?;
    owner.execute("begin isolation level repeatable read read only").await?;
    bind(&mut owner, tenant).await?;
    let directory = "select name, session_policy from platform.tenant where id = $1";
    let (name, session_policy) =
        sqlx::query_as(directory).bind(tenant.as_uuid()).fetch_one(&mut owner).await?;
    let schema = schema(&mut owner).await?;
    let mut rows = Vec::new();
    for table in exported_tables() {
        rows.push(TableRows { table, rows: read(&mut owner, tenant, table, take).await? });
    }
    commit(owner).await?;
    Ok(ExportedTenant { name, session_policy, schema, rows })
}

/// Streams the rows of one table. The filter leaves the tenant's rows only; outside the schemas `platform` and `session` the policy does so too. Each row is
/// checked all the same.
async fn read(
    owner: &mut PgConnection,
    tenant: TenantId,
    table: &'static str,
    take: &mut (dyn FnMut(&'static str, &str) -> io::Result<()> + Send),
) -> Result<u64, ArchiveError> {
    let sql = format!(
        "select t.tenant_id, (to_jsonb(t) - 'tenant_id')::text from {table} as t where t.tenant_id = $1"
    );
    let query = sqlx::query_as(AssertSqlSafe(sql)).bind(tenant.as_uuid());
    let mut found = query.fetch(owner);
    let mut rows = 0;
    while let Some((row_tenant, row)) = found.try_next().await? {
        let (row_tenant, row): (Uuid, String) = (row_tenant, row);
        if row_tenant != tenant.as_uuid() {
            let foreign = row_tenant;
            tracing::error!(alert = "row_tenant", %tenant, %foreign, "store.row.foreign_tenant");
            return Err(Error::ForeignRow.into());
        }
        take(table, &row).map_err(|source| ArchiveError::Archive { table, source })?;
        rows += 1;
    }
    Ok(rows)
}
