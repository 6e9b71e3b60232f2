//! Removes all rows of a tenant. The tenant stays in the tenant directory.

use tenancy::TenantContext;

use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{TenantTx, WorkKind},
    writer::lock_writer,
};

impl Store {
    /// Removes everything that [`Self::add_tenant_rows`] adds, so that it can be added again, and the onboarding forms.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.tenant_rows.remove", skip_all)]
    pub async fn remove_tenant_rows(&self, context: &TenantContext) -> Result<(), Error> {
        self.for_tenant(context, WorkKind::Job, |tx| Box::pin(remove(tx))).await
    }
}

async fn remove(tx: &mut TenantTx) -> Result<(), Error> {
    lock_writer(tx).await?;
    // In the order of the foreign keys. The search terms go before the employees, which is faster than one cascade for each employee.
    for sql in [
        tenant_sql!(
            "with gone as (delete from onboarding_draft where tenant_id = $1 returning tenant_id)
         select gone.tenant_id from gone group by gone.tenant_id"
        ),
        tenant_sql!(
            "with gone as (delete from account where tenant_id = $1 returning tenant_id)
         select gone.tenant_id from gone group by gone.tenant_id"
        ),
        tenant_sql!(
            "with gone as (delete from employee_term where tenant_id = $1 returning tenant_id)
         select gone.tenant_id from gone group by gone.tenant_id"
        ),
        tenant_sql!(
            "with gone as (delete from employee where tenant_id = $1 returning tenant_id)
         select gone.tenant_id from gone group by gone.tenant_id"
        ),
        tenant_sql!(
            "with gone as (delete from department where tenant_id = $1 returning tenant_id)
         select gone.tenant_id from gone group by gone.tenant_id"
        ),
        tenant_sql!(
            "with gone as (delete from employee_counter where tenant_id = $1 returning tenant_id)
         select gone.tenant_id from gone group by gone.tenant_id"
        ),
    ] {
        tx.query(sql).execute().await?;
    }
    Ok(())
}
