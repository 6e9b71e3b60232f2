//! Edits an employee: changes the fields that were sent, and everything that is derived from them.

use api_types::EmployeeView;
use domain::{EmployeeId, EmploymentStatus, Version};
use tenancy::TenantContext;

use super::{
    accounts::link_account,
    find::find,
    references::{check_manager, department_key},
    stored::{StoredEmployee, stored},
    terms,
    write_fields::{self, EmployeeEdit, Written},
};
use crate::{
    Error, Store, WriteRefusal,
    transactions::{TenantTx, WorkKind},
    writer::{lock_writer, refused},
};

impl Store {
    /// Changes an employee if the version is still `expected`. Returns `None` if there is no employee with this id that the caller can see.
    ///
    /// An employee who has left cannot be edited: the record keeps the values of the last day.
    ///
    /// # Errors
    /// [`Error::Refused`] if the employee has another version or has left, if the number or the address is taken, or if the department, the manager
    /// or the first day is not valid.
    #[tracing::instrument(level = "debug", name = "store.employee.edit", skip_all)]
    pub async fn edit_employee(
        &self,
        context: &TenantContext,
        id: EmployeeId,
        expected: Version,
        edit: &EmployeeEdit,
    ) -> Result<Option<EmployeeView>, Error> {
        let edit = edit.clone();
        self.for_tenant(context, WorkKind::Write, move |tx| {
            Box::pin(async move {
                lock_writer(tx).await?;
                let Some(stored) = stored(tx, id).await? else { return Ok(None) };
                stored.check(expected)?;
                change(tx, stored, edit).await?;
                find(tx, id).await
            })
        })
        .await
    }
}

async fn change(
    tx: &mut TenantTx,
    stored: StoredEmployee,
    edit: EmployeeEdit,
) -> Result<(), Error> {
    let StoredEmployee { mut row, department_key: mut key, .. } = stored;
    if row.status == EmploymentStatus::Terminated {
        return Err(WriteRefusal::EmploymentEnded.into());
    }
    if let Some(department) = edit.department {
        key = department_key(tx, department).await?;
    }
    if let Some(Some(manager)) = edit.manager {
        check_manager(tx, manager, row.id).await?;
    }
    let words = terms::of(&row);
    row.apply(edit);
    if row.ended_on.is_some_and(|last| last < row.started_on) {
        return Err(WriteRefusal::EndsBeforeStart.into());
    }
    let written = Written { row: &row, department_key: &key };
    write_fields::update(tx, written).await.map_err(refused)?;
    link_account(tx, row.id, &row.email).await?;
    if terms::of(&row) == words { Ok(()) } else { terms::replace(tx, &row).await }
}
