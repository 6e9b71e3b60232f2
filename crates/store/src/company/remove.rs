//! Removes a company's rows; the company stays in the directory.

use tenancy::TenantContext;

use crate::{
    Error, Store,
    door::{Kind, TenantTx},
};

impl Store {
    /// Removes everything that [`Self::add_company`] adds, so that it can be added again.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    pub async fn remove_company_rows(&self, context: &TenantContext) -> Result<(), Error> {
        self.for_tenant(context, Kind::Job, |tx| Box::pin(remove(tx))).await
    }
}

async fn remove(tx: &mut TenantTx) -> Result<(), Error> {
    // In the order of the foreign keys; an employee's terms go first, which is quicker than one cascade for each.
    for sql in [
        "delete from account       where tenant_id = app.tenant_id()",
        "delete from employee_term where tenant_id = app.tenant_id()",
        "delete from employee      where tenant_id = app.tenant_id()",
        "delete from department    where tenant_id = app.tenant_id()",
    ] {
        sqlx::query(tx.text(sql)).execute(tx.connection()).await?;
    }
    Ok(())
}
