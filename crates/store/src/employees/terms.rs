//! The search terms of an employee, stored with the row and replaced when it changes.

use uuid::Uuid;

use crate::{Error, NewEmployee, door::TenantTx, fold, writer::changed};

/// Returns the search terms of the row.
pub(super) fn of(row: &NewEmployee) -> Vec<String> {
    fold::terms(&row.first_name, &row.last_name, row.email.as_str(), row.number.get())
}

/// Adds the search terms of a new row.
pub(super) async fn add(tx: &mut TenantTx, row: &NewEmployee) -> Result<(), Error> {
    let sql = tx.text(
        "
        insert into employee_term (tenant_id, employee_id, term)
        select app.tenant_id(), $1, new.term
          from unnest($2::text[]) as new (term)
        returning tenant_id",
    );
    let stamps: Vec<Uuid> = sqlx::query_scalar(sql)
        .bind(row.id.as_uuid())
        .bind(of(row))
        .fetch_all(tx.connection())
        .await?;
    changed(tx, &stamps).map(|_| ())
}

/// Replaces the search terms of a row that changed.
pub(super) async fn replace(tx: &mut TenantTx, row: &NewEmployee) -> Result<(), Error> {
    let sql = tx.text(
        "
        delete from employee_term
         where tenant_id = app.tenant_id()
           and employee_id = $1
        returning tenant_id",
    );
    let stamps: Vec<Uuid> =
        sqlx::query_scalar(sql).bind(row.id.as_uuid()).fetch_all(tx.connection()).await?;
    changed(tx, &stamps)?;
    add(tx, row).await
}
