//! What only the laboratory may: look at a plan, and hold a bare connection.

use domain::EmployeeQuery;
use sqlx::{Connection, Executor, PgConnection, Postgres, pool::PoolConnection, raw_sql};
use tenancy::TenantContext;

use crate::{Error, Store, StoreConfig, employees, locks::Locks, pool};

/// The role that no policy binds. It cannot sign in; the app role may become it, so no product serves such a database.
const PREPARE: &str = "
    do $$ begin
        if not exists (select from pg_roles where rolname = 'watertight_lab_bypass') then
            create role watertight_lab_bypass nologin bypassrls;
        end if;
    end $$;
    grant usage on schema public, app to watertight_lab_bypass;
    grant select, insert, update, delete on all tables in schema public to watertight_lab_bypass;
    grant watertight_lab_bypass to watertight_app";

/// Turns a migrated database into a laboratory's, as a superuser: from then on the app role can step past the policies.
///
/// # Errors
/// [`Error::SignInRefused`] or [`Error::Unavailable`] if the superuser cannot connect, [`Error::Statement`] if it is none.
pub async fn prepare_laboratory(superuser_url: &str) -> Result<(), Error> {
    let mut superuser = PgConnection::connect_with(&pool::parse(superuser_url)?).await?;
    superuser.execute(raw_sql(PREPARE)).await?;
    Ok(superuser.close().await?)
}

impl Store {
    /// Connects under the locks that the handle leaves on; the pools' cleaning is part of them.
    ///
    /// # Errors
    /// As for [`Store::connect`].
    pub async fn connect_with_faults(
        config: StoreConfig,
        faults: lab::Faults,
    ) -> Result<Self, Error> {
        Self::connect_under(Locks { faults }, config).await
    }

    /// The same store with other locks off. How its connections are cleaned was decided when it was connected.
    #[must_use]
    pub fn with_faults(mut self, faults: lab::Faults) -> Self {
        self.statements.locks.faults = faults;
        self
    }

    /// The plan of [`Self::list_employees`], line by line, for the test that the tenant is an index condition: the one that PostgreSQL
    /// keeps for all values, or the one it would make for these. Only PostgreSQL 16 and later show the first.
    ///
    /// # Errors
    /// As for the list itself.
    pub async fn explain_employees(
        &self,
        context: &TenantContext,
        query: &EmployeeQuery,
        for_all_values: bool,
    ) -> Result<Vec<String>, Error> {
        employees::explain(self, context, query, for_all_values).await
    }

    /// A connection of the app role, bound to no tenant, as the pool gives it to the next borrower.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if there is none.
    pub async fn bare_connection(&self) -> Result<PoolConnection<Postgres>, Error> {
        Ok(self.app.connections.acquire().await?)
    }
}
