//! Writes the rows of an archive as those of a new tenant.

use std::io;

use domain::{SessionPolicy, TenantId, TenantSlug};
use sqlx::{AssertSqlSafe, Executor, PgConnection};

use super::{
    ArchiveError, TableRows, bind, commit, connect, schema,
    tables::{POOL, exported_tables},
};
use crate::Error;

/// How many rows are sent together.
const BATCH: usize = 1_000;

/// The tenant that the rows of an archive become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTenant {
    /// Its id. A restored tenant is a new one: nothing that was sealed or issued for the exported tenant opens it.
    pub id: TenantId,
    /// Its slug, the part of the host name that names the tenant.
    pub slug: TenantSlug,
    /// The name of the company.
    pub name: String,
    /// Its session policy.
    pub session_policy: SessionPolicy,
    /// The number of the last migration of the installation that was exported. This one must be at the same migration.
    pub schema: i64,
}

/// Adds a suspended tenant with the rows of an archive, in one transaction. `rows` returns the rows of a table, as [`super::export_tenant`] has read them.
///
/// # Errors
/// [`ArchiveError`]; as [`ArchiveError::Store`] also [`Error::SlugTaken`] and, if an application or the user pool is in this installation already,
/// [`ArchiveError::Rows`] with [`Error::Conflict`].
pub async fn restore_tenant<R: Iterator<Item = io::Result<String>>>(
    owner_url: &str,
    tenant: &NewTenant,
    mut rows: impl FnMut(&'static str) -> io::Result<R>,
) -> Result<Vec<TableRows>, ArchiveError> {
    let mut owner = connect(owner_url).await?;
    let present = schema(&mut owner).await?;
    if present != tenant.schema {
        return Err(ArchiveError::Schema { archived: tenant.schema, present });
    }
    owner.execute("begin").await?;
    add_to_directory(&mut owner, tenant).await?;
    bind(&mut owner, tenant.id).await?;
    let back = "delete from platform.retired_pool where id = (select row ->> 'id' from archived)";
    owner.execute("create temp table archived (row jsonb not null) on commit drop").await?;
    let mut restored = Vec::new();
    for table in exported_tables() {
        let unreadable = |source| ArchiveError::Archive { table, source };
        owner.execute("truncate archived").await?;
        let mut lines = rows(table).map_err(unreadable)?;
        loop {
            let batch: io::Result<Vec<String>> = lines.by_ref().take(BATCH).collect();
            let batch = batch.map_err(unreadable)?;
            if batch.is_empty() {
                break;
            }
            let sql = "insert into archived select line::jsonb from unnest($1::text[]) as line";
            refused(table, sqlx::query(sql).bind(batch).execute(&mut owner).await)?;
        }
        if table == POOL {
            refused(table, owner.execute(back).await)?;
        }
        restored.push(TableRows { table, rows: insert(&mut owner, tenant.id, table).await? });
    }
    commit(owner).await?;
    Ok(restored)
}

async fn add_to_directory(owner: &mut PgConnection, tenant: &NewTenant) -> Result<(), Error> {
    let sql = "
        insert into platform.tenant (id, slug, name, status, session_policy)
        values ($1, $2, $3, 'suspended', $4)";
    let added = sqlx::query(sql)
        .bind(tenant.id.as_uuid())
        .bind(tenant.slug.as_str())
        .bind(&tenant.name)
        .bind(tenant.session_policy.as_str())
        .execute(owner)
        .await;
    match added.map_err(Error::from) {
        Err(Error::Conflict { constraint }) if constraint == "tenant_slug_key" => {
            Err(Error::SlugTaken)
        }
        other => other.map(|_| ()),
    }
}

/// Inserts the archived rows with one statement, so that a row may refer to another one of the same table. The tenant of each row is the parameter, whatever the
/// archive says.
async fn insert(
    owner: &mut PgConnection,
    tenant: TenantId,
    table: &'static str,
) -> Result<u64, ArchiveError> {
    let sql = format!(
        "insert into {table} select new.*
           from archived, jsonb_populate_record(null::{table}, archived.row || jsonb_build_object('tenant_id', $1::uuid)) as new"
    );
    let inserted = sqlx::query(AssertSqlSafe(sql)).bind(tenant.as_uuid()).execute(owner).await;
    Ok(refused(table, inserted)?.rows_affected())
}

fn refused<T>(table: &'static str, result: Result<T, sqlx::Error>) -> Result<T, ArchiveError> {
    let is_malformed = |error: &sqlx::Error| {
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        // An unbound transaction gives this code too, and this one is bound.
        code.is_some_and(|code| code == "22P02")
    };
    let reason = |error| if is_malformed(&error) { Error::Statement(error) } else { error.into() };
    result.map_err(|error| ArchiveError::Rows { table, source: reason(error) })
}
