//! Creates an employee.

use api_types::EmployeeView;
use domain::{EmployeeId, EmployeeNumber};
use tenancy::TenantContext;

use super::{
    accounts::link_account,
    find::find,
    references::{check_manager, department_key},
    terms,
    write_fields::{self, EmployeeDraft, Written},
};
use crate::{
    Error, NewEmployee, Store,
    statement::tenant_sql,
    transactions::{TenantTx, WorkKind},
    writer::{lock_writer, refused},
};

impl Store {
    /// Adds an employee with this id, and links the account with the same email address. Without a number in the draft, the employee gets the next
    /// free one.
    ///
    /// # Errors
    /// [`Error::Refused`] if the number or the address is taken, or if the department or the manager is not valid.
    #[tracing::instrument(level = "debug", name = "store.employee.create", skip_all)]
    pub async fn create_employee(
        &self,
        context: &TenantContext,
        id: EmployeeId,
        draft: &EmployeeDraft,
    ) -> Result<EmployeeView, Error> {
        let draft = draft.clone();
        self.for_tenant(context, WorkKind::Write, move |tx| {
            Box::pin(async move { create(tx, id, draft).await })
        })
        .await
    }
}

async fn create(
    tx: &mut TenantTx,
    id: EmployeeId,
    draft: EmployeeDraft,
) -> Result<EmployeeView, Error> {
    let next = lock_writer(tx).await?;
    let department_key = department_key(tx, draft.department).await?;
    if let Some(manager) = draft.manager {
        check_manager(tx, manager, id).await?;
    }
    let number = match draft.number {
        Some(number) => number,
        None => free_number(tx, next).await?,
    };
    let row = NewEmployee::new(id, number, draft);
    let written = Written { row: &row, department_key: &department_key };
    write_fields::insert(tx, &[written]).await.map_err(refused)?;
    terms::add(tx, &row).await?;
    link_account(tx, id, &row.email).await?;
    find(tx, id).await?.ok_or(Error::Corrupt("new employee"))
}

/// Returns the first free number from `next` on, and sets the counter to the one after it.
async fn free_number(tx: &mut TenantTx, next: i64) -> Result<EmployeeNumber, Error> {
    let mut free = if next > EmployeeNumber::MAX { 1 } else { next };
    let sql = tenant_sql!(
        "
        select number, tenant_id
          from employee
         where tenant_id = $1
           and number >= $2
         order by number"
    );
    let taken: Vec<(i64,)> = tx.query(sql).bind(free).fetch_all().await?;
    for (number,) in taken {
        free += i64::from(number == free);
    }
    let sql = tenant_sql!(
        "
        update employee_counter
           set next_number = $2
         where tenant_id = $1
        returning tenant_id"
    );
    tx.query(sql).bind(free + 1).execute().await?;
    EmployeeNumber::try_from(free).map_err(|_| Error::Corrupt("employee counter"))
}
