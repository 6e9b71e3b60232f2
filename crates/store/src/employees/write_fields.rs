//! Runs a statement that stores a whole employee. An insert and an update bind the same values in the same order.

use crate::{
    Error, NewEmployee, door::TenantTx, fold::sort_key, statement::TenantSql, writer::refused,
};

/// Runs `sql`. `$2` is the id, `$3` to `$16` are the row, `$17` to `$20` the sort keys of name, position, department and location.
pub(super) async fn store_row(
    tx: &mut TenantTx,
    sql: TenantSql,
    row: &NewEmployee,
    department_key: &str,
) -> Result<(), Error> {
    tx.query(sql)
        .bind(row.id.as_uuid())
        .bind(row.number.get())
        .bind(&row.first_name)
        .bind(&row.last_name)
        .bind(row.email.as_str())
        .bind(&row.phone)
        .bind(&row.position)
        .bind(row.department.as_uuid())
        .bind(&row.location)
        .bind(row.status.as_str())
        .bind(row.started_on)
        .bind(i16::from(row.weekly_hours))
        .bind(row.salary.minor_units)
        .bind(row.salary.currency.code())
        .bind(row.manager.map(|manager| manager.as_uuid()))
        .bind(sort_key(&[&row.last_name, &row.first_name]))
        .bind(sort_key(&[&row.position]))
        .bind(department_key)
        .bind(sort_key(&[&row.location]))
        .execute()
        .await
        .map_err(refused)?;
    Ok(())
}
