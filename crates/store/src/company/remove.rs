//! Removes all rows of a tenant. The tenant stays in the tenant directory.

use tenancy::TenantContext;

use crate::{
    Error, Store,
    door::{Kind, TenantTx},
    writer::lock_writer,
};

impl Store {
    /// Removes everything that [`Self::add_company`] adds, so that it can be added again.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.company.remove", skip_all)]
    pub async fn remove_company_rows(&self, context: &TenantContext) -> Result<(), Error> {
        self.for_tenant(context, Kind::Job, |tx| Box::pin(remove(tx))).await
    }
}

async fn remove(tx: &mut TenantTx) -> Result<(), Error> {
    lock_writer(tx).await?;
    // In the order of the foreign keys. The search terms go before the employees, which is faster than one cascade for each employee.
    for sql in [
        "with gone as (delete from account where tenant_id = app.tenant_id() returning tenant_id)
         select bool_and(gone.tenant_id = $1) from gone",
        "with gone as (delete from employee_term where tenant_id = app.tenant_id() returning tenant_id)
         select bool_and(gone.tenant_id = $1) from gone",
        "with gone as (delete from employee where tenant_id = app.tenant_id() returning tenant_id)
         select bool_and(gone.tenant_id = $1) from gone",
        "with gone as (delete from department where tenant_id = app.tenant_id() returning tenant_id)
         select bool_and(gone.tenant_id = $1) from gone",
        "with gone as (delete from employee_counter where tenant_id = app.tenant_id() returning tenant_id)
         select bool_and(gone.tenant_id = $1) from gone",
    ] {
        let tenant = tx.tenant().as_uuid();
        let own: Option<bool> =
            sqlx::query_scalar(tx.text(sql)).bind(tenant).fetch_one(tx.connection()).await?;
        tx.check_count(own)?;
    }
    Ok(())
}
