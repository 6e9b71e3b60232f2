//! Edits an employee: changes the fields that were sent, and everything that is derived from them.

use api_types::EmployeeView;
use domain::{EmployeeEdit, EmployeeId, EmploymentStatus, Version};
use tenancy::TenantContext;

use super::{
    accounts::link_account,
    find::find,
    references::{check_manager, department_key},
    store_row::store_row,
    stored::{StoredEmployee, stored},
    terms,
};
use crate::{
    Error, NewEmployee, Store, WriteRefusal,
    statement::tenant_sql,
    transactions::{TenantTx, WorkKind},
    writer::lock_writer,
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
    apply(&mut row, edit);
    if row.ended_on.is_some_and(|last| last < row.started_on) {
        return Err(WriteRefusal::EndsBeforeStart.into());
    }
    update(tx, &row, &key).await?;
    link_account(tx, row.id, &row.email).await?;
    if terms::of(&row) == words { Ok(()) } else { terms::replace(tx, &row).await }
}

fn apply(row: &mut NewEmployee, edit: EmployeeEdit) {
    fn set<T, V: Into<T>>(field: &mut T, value: Option<V>) {
        if let Some(value) = value {
            *field = value.into();
        }
    }
    set(&mut row.number, edit.number);
    set(&mut row.first_name, edit.first_name);
    set(&mut row.last_name, edit.last_name);
    set(&mut row.email, edit.email);
    set(&mut row.phone, edit.phone.map(|phone| phone.map(String::from).unwrap_or_default()));
    set(&mut row.position, edit.position);
    set(&mut row.department, edit.department);
    set(&mut row.location, edit.location);
    set(&mut row.status, edit.status);
    set(&mut row.started_on, edit.started_on);
    set(&mut row.weekly_hours, edit.weekly_hours.map(domain::WeeklyHours::get));
    set(&mut row.salary, edit.salary);
    set(&mut row.manager, edit.manager);
}

async fn update(tx: &mut TenantTx, row: &NewEmployee, department_key: &str) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        update employee
           set number = $3, first_name = $4, last_name = $5, email = $6, phone = $7, position = $8, department_id = $9,
               location = $10, status = $11, started_on = $12, weekly_hours = $13, salary_minor = $14, salary_currency = $15,
               manager_id = $16, name_key = $17, position_key = $18, department_key = $19, location_key = $20,
               version = version + 1
         where tenant_id = $1
           and id = $2
        returning tenant_id"
    );
    store_row(tx, sql, row, department_key).await
}
