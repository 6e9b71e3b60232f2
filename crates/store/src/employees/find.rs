//! Finds one employee, with manager and reports as far as the viewer can see them.

use api_types::{EmployeeRef, EmployeeView};
use domain::EmployeeId;
use sqlx::FromRow;
use tenancy::TenantContext;
use uuid::Uuid;

use super::{
    VisibleEmployees,
    read_fields::{Details, details},
};
use crate::{
    Error, Store,
    transactions::{TenantTx, WorkKind},
};

/// Another employee, as named on an employee's page: the manager or a report.
#[derive(FromRow)]
struct RefRecord {
    id: Uuid,
    first_name: String,
    last_name: String,
    position: String,
}

impl Store {
    /// Reads one employee; `None` if the tenant has no employee with this id that the viewer can see.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.employee.find", skip_all)]
    pub async fn find_employee(
        &self,
        context: &TenantContext,
        id: EmployeeId,
    ) -> Result<Option<EmployeeView>, Error> {
        self.for_tenant(context, WorkKind::Read, move |tx| Box::pin(find(tx, id))).await
    }
}

/// The same inside a unit of work, which may have written the employee just before.
pub(super) async fn find(tx: &mut TenantTx, id: EmployeeId) -> Result<Option<EmployeeView>, Error> {
    let fields = tx.visibility();
    let Some(Details { view, manager, .. }) = details(tx, id, fields).await? else {
        return Ok(None);
    };
    let manager = match manager {
        Some(manager) => manager_of(tx, manager).await?,
        None => None,
    };
    Ok(Some(EmployeeView { manager, reports: reports_of(tx, id).await?, ..view }))
}

async fn manager_of(tx: &mut TenantTx, manager: EmployeeId) -> Result<Option<EmployeeRef>, Error> {
    let visible = VisibleEmployees(tx.visibility());
    let mut builder = tx.statement_builder()?;
    visible.push_with_clause(&mut builder);
    builder
        .push(
            "
        select e.tenant_id, e.id, e.first_name, e.last_name, e.position
          from employee as e
         where e.tenant_id = $1
           and e.id = ",
        )
        .bind(manager.as_uuid());
    visible.push_condition(&mut builder);
    let record: Option<RefRecord> = tx.query_built(&mut builder).fetch_optional().await?;
    Ok(record.map(RefRecord::read))
}

async fn reports_of(tx: &mut TenantTx, id: EmployeeId) -> Result<Vec<EmployeeRef>, Error> {
    let visible = VisibleEmployees(tx.visibility());
    let mut builder = tx.statement_builder()?;
    visible.push_with_clause(&mut builder);
    builder
        .push(
            "
        select e.tenant_id, e.id, e.first_name, e.last_name, e.position
          from employee as e
         where e.tenant_id = $1
           and e.status <> 'terminated'
           and e.manager_id = ",
        )
        .bind(id.as_uuid());
    visible.push_condition(&mut builder);
    builder.push(" order by e.name_key, e.id");
    let records: Vec<RefRecord> = tx.query_built(&mut builder).fetch_all().await?;
    Ok(records.into_iter().map(RefRecord::read).collect())
}

impl RefRecord {
    fn read(self) -> EmployeeRef {
        EmployeeRef {
            id: EmployeeId::from_uuid(self.id),
            name: format!("{} {}", self.first_name, self.last_name),
            position: self.position,
        }
    }
}
