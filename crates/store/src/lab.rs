//! What only the laboratory may: look at a plan, and hold a bare connection.

use domain::EmployeeQuery;
use sqlx::{Postgres, pool::PoolConnection};
use tenancy::TenantContext;

use crate::{Error, Store, employees};

impl Store {
    /// The same store with the locks that the handle switches off.
    #[must_use]
    pub fn with_faults(mut self, faults: lab::Faults) -> Self {
        self.statements.faults = faults;
        self
    }

    /// The plan of [`Self::list_employees`], line by line, for the test that the tenant is an index condition.
    ///
    /// # Errors
    /// As for the list itself.
    pub async fn explain_employees(
        &self,
        context: &TenantContext,
        query: &EmployeeQuery,
    ) -> Result<Vec<String>, Error> {
        employees::explain(self, context, query).await
    }

    /// A connection of the app role, bound to no tenant, as the pool gives it to the next borrower.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if there is none.
    pub async fn bare_connection(&self) -> Result<PoolConnection<Postgres>, Error> {
        Ok(self.app.acquire().await?)
    }
}
