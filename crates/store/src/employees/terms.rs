//! The search terms of an employee, stored with the row and replaced when it changes.

use crate::{Error, NewEmployee, fold, statement::tenant_sql, transactions::TenantTx};

/// Returns the search terms of the row.
pub(super) fn of(row: &NewEmployee) -> Vec<String> {
    fold::terms(&row.first_name, &row.last_name, row.email.as_str(), row.number.get())
}

/// Adds the search terms of a new row.
pub(super) async fn add(tx: &mut TenantTx, row: &NewEmployee) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        insert into employee_term (tenant_id, employee_id, term)
        select $1, $2, new.term
          from unnest($3::text[]) as new (term)
        returning tenant_id"
    );
    tx.query(sql).bind(row.id.as_uuid()).bind(of(row)).execute().await?;
    Ok(())
}

/// Replaces the search terms of a row that changed.
pub(super) async fn replace(tx: &mut TenantTx, row: &NewEmployee) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        delete from employee_term
         where tenant_id = $1
           and employee_id = $2
        returning tenant_id"
    );
    tx.query(sql).bind(row.id.as_uuid()).execute().await?;
    add(tx, row).await
}
