//! For laboratory builds only: prepares their databases, reads query plans and takes unbound connections.

use domain::EmployeeQuery;
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, Postgres, Row, pool::PoolConnection, raw_sql,
};
use tenancy::TenantContext;

use crate::{Error, Store, door::Kind, employees::list::statement, pool, statement::Draft};

/// Creates the role that bypasses the policies. It cannot log in, but the app role may switch to it, so the server refuses to start on such a
/// database.
const PREPARE: &str = "
    do $$ begin
        if not exists (select from pg_roles where rolname = 'watertight_lab_bypass') then
            create role watertight_lab_bypass nologin bypassrls;
        end if;
    end $$;
    grant usage on schema public, app to watertight_lab_bypass;
    grant select, insert, update, delete on all tables in schema public to watertight_lab_bypass;
    grant watertight_lab_bypass to watertight_app";

/// Prepares a migrated database for the laboratory, as a superuser: from then on the app role can bypass the policies.
///
/// # Errors
/// [`Error::SignInRefused`] or [`Error::Unavailable`] if the superuser cannot connect, [`Error::Statement`] if the role is not a superuser.
pub async fn prepare_laboratory(superuser_url: &str) -> Result<(), Error> {
    let mut superuser = PgConnection::connect_with(&pool::parse(superuser_url)?).await?;
    superuser.execute(raw_sql(PREPARE)).await?;
    Ok(superuser.close().await?)
}

impl Store {
    /// Returns the query plan of [`Self::list_employees`], a string for each line, for the test that the tenant is an index condition. With
    /// `for_all_values` it is the generic plan, which only PostgreSQL 16 and later can show; otherwise it is the plan for the values of this query.
    ///
    /// # Errors
    /// As for [`Self::list_employees`].
    pub async fn explain_employees(
        &self,
        context: &TenantContext,
        query: &EmployeeQuery,
        for_all_values: bool,
    ) -> Result<Vec<String>, Error> {
        let query = query.clone();
        self.for_tenant(context, Kind::Read, move |tx| {
            Box::pin(async move {
                let mut draft = Draft::new(tx.statements());
                draft.push(if for_all_values {
                    "explain (generic_plan, costs off) "
                } else {
                    "explain (costs off) "
                });
                let statement = statement(&mut draft, tx, &query);
                let rows = if for_all_values {
                    // Sent as plain text without its values, so that PostgreSQL plans the placeholders.
                    let text = AssertSqlSafe(statement.sql().as_str().to_owned());
                    tx.connection().fetch_all(raw_sql(text)).await?
                } else {
                    statement.build().fetch_all(tx.connection()).await?
                };
                Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
            })
        })
        .await
    }

    /// Takes a connection of the app role as the next unit of work would get it, bound to no tenant.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if no connection is free in time.
    pub async fn bare_connection(&self) -> Result<PoolConnection<Postgres>, Error> {
        Ok(self.app.connections.acquire().await?)
    }
}
