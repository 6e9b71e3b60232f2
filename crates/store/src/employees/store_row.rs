//! Runs a statement that stores a whole employee. An insert and an update bind the same values in the same order.

use sqlx::SqlStr;
use uuid::Uuid;

use crate::{
    Error, NewEmployee,
    door::TenantTx,
    fold::sort_key,
    writer::{changed, refused},
};

/// Runs `sql`. `$1` is the id, `$2` to `$15` are the row, `$16` to `$19` the sort keys of name, position, department and location. The statement must
/// return the tenant of each row that it wrote.
pub(super) async fn store_row(
    tx: &mut TenantTx,
    sql: SqlStr,
    row: &NewEmployee,
    department_key: &str,
) -> Result<(), Error> {
    let stamps: Vec<Uuid> = sqlx::query_scalar(sql)
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
        .fetch_all(tx.connection())
        .await
        .map_err(refused)?;
    changed(tx, &stamps).map(|_| ())
}
