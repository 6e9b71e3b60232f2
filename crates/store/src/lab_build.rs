//! For lab builds only: prepares their databases, reads query plans and takes unbound connections.

use domain::{EmployeeQuery, TenantId};
use sqlx::{Connection, Executor, PgConnection, Postgres, pool::PoolConnection, raw_sql};
use tenancy::TenantContext;

use crate::{Error, Store, employees::list::push_statement, pool, transactions::WorkKind};

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

/// Prepares a migrated database for the lab build, as a superuser: from then on the app role can bypass the policies.
///
/// # Errors
/// [`Error::SignInRefused`] or [`Error::Unavailable`] if the superuser cannot connect, [`Error::Statement`] if the role is not a superuser.
pub async fn prepare_lab_database(superuser_url: &str) -> Result<(), Error> {
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
        self.for_tenant(context, WorkKind::Read, move |tx| {
            Box::pin(async move {
                let mut builder = tx.statement_builder()?;
                builder.push(if for_all_values {
                    "explain (generic_plan, costs off) "
                } else {
                    "explain (costs off) "
                });
                push_statement(&mut builder, tx, &query);
                tx.explain(&mut builder, for_all_values).await
            })
        })
        .await
    }

    /// Returns the same store, whose statements bind `tenant` as their parameter, whatever their transaction's tenant is. The lock Filter then works
    /// with a wrong tenant, and the lock Policy with the right one.
    #[must_use]
    pub fn with_parameter(mut self, tenant: TenantId) -> Self {
        self.statements.overrides.parameter = Some(tenant.as_uuid().as_u128());
        self
    }

    /// Returns the same store, whose transactions begin without comparing the setting with their tenant. Filters stay in the statements.
    #[must_use]
    pub const fn without_comparison(mut self) -> Self {
        self.statements.overrides.skips_comparison = true;
        self
    }

    /// Takes a connection of the app role as the next unit of work would get it, bound to no tenant.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if no connection is free in time.
    pub async fn bare_connection(&self) -> Result<PoolConnection<Postgres>, Error> {
        Ok(self.app.connections.acquire().await?)
    }
}
