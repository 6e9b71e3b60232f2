//! Creates the database and its roles. Roles belong to the whole cluster, so migrations do not create them.

use std::fmt;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, raw_sql};

use crate::{Error, pool};

/// The database name and the role passwords that the bootstrap sets.
#[derive(Clone)]
pub struct BootstrapConfig {
    /// The name of the database.
    pub database: String,
    /// Password of `watertight_owner`, which owns the database and runs the migrations.
    pub owner_password: String,
    /// Password of `watertight_app`, which reaches the rows of one tenant at a time.
    pub app_password: String,
    /// Password of `watertight_platform`, which reaches the tenant directory.
    pub platform_password: String,
    /// Password of `watertight_session`, which reaches session records. Without one, the role keeps the password it has; a new one cannot connect. An installation
    /// that keeps its sessions elsewhere does not need it.
    pub session_password: Option<String>,
}

/// Passwords are not shown by `{:?}`.
impl fmt::Debug for BootstrapConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BootstrapConfig").field("database", &self.database).finish_non_exhaustive()
    }
}

/// The attributes of Watertight's roles. Each attribute that is ruled out here would bypass row-level security, directly or through another role.
const HARMLESS: &str = "nosuperuser nocreatedb nocreaterole noreplication nobypassrls";

/// Creates the roles and the database, as a superuser. Running it again only resets passwords, attributes and grants.
///
/// # Errors
/// [`Error::SignInRefused`] or [`Error::Unavailable`] if the superuser cannot connect, [`Error::Statement`] if the role is not a superuser.
pub async fn bootstrap(superuser_url: &str, config: &BootstrapConfig) -> Result<(), Error> {
    let mut superuser = PgConnection::connect_with(&pool::parse(superuser_url)?).await?;
    // Two bootstraps at the same time would conflict while they create roles.
    superuser.execute("select pg_advisory_lock(hashtext('watertight bootstrap'))").await?;
    for (role, password) in [
        ("watertight_owner", Some(&config.owner_password)),
        ("watertight_app", Some(&config.app_password)),
        ("watertight_platform", Some(&config.platform_password)),
        ("watertight_session", config.session_password.as_ref()),
    ] {
        make_role(&mut superuser, role, password).await?;
    }
    make_database(&mut superuser, &config.database).await?;
    Ok(superuser.close().await?)
}

/// Creates the role, or resets its attributes and its password. Without a password, a new role cannot connect, and an existing one keeps its password.
async fn make_role(
    superuser: &mut PgConnection,
    role: &str,
    password: Option<&String>,
) -> Result<(), Error> {
    if !exists(superuser, "select exists (select from pg_roles where rolname = $1)", role).await? {
        run(superuser, "select format('create role %I', $1)", &[role]).await?;
    }
    let Some(password) = password else {
        return run(superuser, "select format('alter role %I with %s', $1, $2)", &[role, HARMLESS])
            .await;
    };
    let alter = "select format('alter role %I with login %s password %L', $1, $2, $3)";
    run(superuser, alter, &[role, HARMLESS, password]).await
}

/// Creates the database. Only Watertight's roles may connect; by default every role could, and could create temporary tables.
async fn make_database(superuser: &mut PgConnection, database: &str) -> Result<(), Error> {
    if !exists(superuser, "select exists (select from pg_database where datname = $1)", database)
        .await?
    {
        let create = "select format('create database %I owner watertight_owner encoding ''UTF8'' template template0', $1)";
        run(superuser, create, &[database]).await?;
    }
    run(superuser, "select format('revoke all on database %I from public', $1)", &[database])
        .await?;
    let grant = "select format('grant connect on database %I to watertight_app, watertight_platform, watertight_session', $1)";
    run(superuser, grant, &[database]).await
}

async fn exists(
    superuser: &mut PgConnection,
    question: &'static str,
    name: &str,
) -> Result<bool, Error> {
    Ok(sqlx::query_scalar(question).bind(name).fetch_one(superuser).await?)
}

/// Runs a statement in which names and passwords cannot be bound: PostgreSQL itself quotes them into the text first.
async fn run(
    superuser: &mut PgConnection,
    format: &'static str,
    values: &[&str],
) -> Result<(), Error> {
    let mut query = sqlx::query_scalar(format);
    for value in values {
        query = query.bind(*value);
    }
    let statement: String = query.fetch_one(&mut *superuser).await?;
    superuser.execute(raw_sql(AssertSqlSafe(statement))).await?;
    Ok(())
}
