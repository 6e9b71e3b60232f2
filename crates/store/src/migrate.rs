//! Applies the migrations.

use sqlx::{Connection, PgConnection, migrate::Migrator};

use crate::{Error, pool};

/// The files of `migrations/`, compiled in. The record of applied migrations is not in the schema `public`, where every table has a tenant.
static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Applies the migrations that are missing, as the role `watertight_owner`. Two calls at the same time wait for each other.
///
/// # Errors
/// [`Error::RoleMissing`] if the bootstrap step of this version has not run; [`Error::Migration`] if a migration fails or if a file was changed after it ran.
pub async fn migrate(owner_url: &str) -> Result<(), Error> {
    let mut connection = PgConnection::connect_with(&pool::parse(owner_url)?).await?;
    let roles = "select exists (select from pg_roles where rolname = 'watertight_session')";
    if !sqlx::query_scalar(roles).fetch_one(&mut connection).await? {
        return Err(Error::RoleMissing);
    }
    let mut migrator = Migrator { migrations: MIGRATIONS.migrations.clone(), ..Migrator::DEFAULT };
    migrator.create_schema("migration");
    migrator.dangerous_set_table_name("migration.applied");
    let applied = migrator.run_direct(None, &mut connection, false).await;
    connection.close().await?;
    applied.map_err(|error| Error::Migration(Box::new(error)))
}
