//! A tenant as a whole: its export, its restoration in this or another installation, and its erasure (row O8).
//!
//! They run as the role `watertight_owner`, because no role of a node reaches all tables. The policies bind the owner too.

mod erase;
mod export;
mod restore;
mod tables;

use domain::TenantId;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, raw_sql};

pub use erase::{count_tenant_rows, erase_tenant};
pub use export::{ExportedTenant, export_tenant};
pub use restore::{NewTenant, restore_tenant};
pub use tables::{LeftOut, exported_tables, left_out_tables};

use crate::{Error, pool};

/// The number of rows of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableRows {
    /// The table's name, with its schema if it is not `public`.
    pub table: &'static str,
    /// The number of rows of the tenant.
    pub rows: u64,
}

/// Why a tenant was not exported, restored or erased. Nothing was changed in the database then, except perhaps after [`Error::CommitUnanswered`].
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// PostgreSQL does not answer, or rejects a statement.
    #[error(transparent)]
    Store(#[from] Error),
    /// The database has a table of tenants that this program does not know.
    #[error(
        "the table `{0}` holds rows of companies, and this version of the program does not know it\nhint: use the version of the program that applied the migrations"
    )]
    UnknownTable(String),
    /// The archive is of another migration than this database.
    #[error(
        "the archive is of migration {archived}, and this database is at migration {present}\nhint: restore it in an empty installation of the version that exported it, run `watertight migrate` of this version there, and export it again"
    )]
    Schema {
        /// The last migration of the installation that was exported.
        archived: i64,
        /// The last migration of this database.
        present: i64,
    },
    /// The tenant is active.
    #[error("the company is active\nhint: run `watertight tenant suspend` first")]
    Active,
    /// The tenant is not in the directory.
    #[error("the company is not in the directory")]
    Absent,
    /// The archive cannot be written or read.
    #[error("the rows of the table `{table}` cannot be written to the archive or read from it")]
    Archive {
        /// The table whose rows were written or read.
        table: &'static str,
        /// What went wrong.
        #[source]
        source: std::io::Error,
    },
    /// PostgreSQL refused the rows of an archive.
    #[error("postgresql refused the rows of the table `{table}`")]
    Rows {
        /// The table of the rows.
        table: &'static str,
        /// What PostgreSQL said.
        #[source]
        source: Error,
    },
}

impl From<sqlx::Error> for ArchiveError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Connects as the owner of the tables, and makes sure that this program knows each table that has rows of tenants.
async fn connect(owner_url: &str) -> Result<PgConnection, ArchiveError> {
    let mut owner = PgConnection::connect_with(&pool::parse(owner_url)?).await?;
    match tables::unknown(&mut owner).await? {
        Some(table) => Err(ArchiveError::UnknownTable(table)),
        None => Ok(owner),
    }
}

/// The number of the last migration that was applied.
async fn schema(owner: &mut PgConnection) -> Result<i64, Error> {
    let sql = "select max(version) from migration.applied where success";
    Ok(sqlx::query_scalar(sql).fetch_one(owner).await?)
}

/// Binds the open transaction to a tenant, for the policies. The tenant's id is a UUID by type, so it needs no quoting.
///
/// # Errors
/// [`Error::ForeignSetting`] if the policies would see another tenant.
async fn bind(owner: &mut PgConnection, tenant: TenantId) -> Result<(), Error> {
    let id = tenant.as_uuid();
    let sql = format!(
        "set local app.tenant_id = '{id}'; set local timezone = 'UTC'; set local bytea_output = 'hex'"
    );
    owner.execute(raw_sql(AssertSqlSafe(sql))).await?;
    let setting = "select current_setting('app.tenant_id') = $1";
    let is_bound: bool = sqlx::query_scalar(setting).bind(id.to_string()).fetch_one(owner).await?;
    if is_bound { Ok(()) } else { Err(Error::ForeignSetting) }
}

/// Commits and closes the connection.
async fn commit(mut owner: PgConnection) -> Result<(), Error> {
    owner.execute("commit").await.map_err(Error::of_commit)?;
    Ok(owner.close().await?)
}
