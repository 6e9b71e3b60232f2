//! The fields of an employee for reading: the columns, and the functions that read them. Every statement that selects all of them uses this file.
//!
//! [`read`] reads the fields that the directory shows, [`details`] those and the fields that only an employee's page shows.

use api_types::{DepartmentRef, EmployeeRow, EmployeeView};
use domain::{DepartmentId, EmployeeId, EmployeeNumber, Field, Money, Visibility};
use sqlx::{Decode, Postgres, Row, Type, postgres::PgRow};
use uuid::Uuid;

use super::VisibleEmployees;
use crate::{Error, statement::StatementBuilder, transactions::TenantTx, version::version};

/// The columns of the directory that come from the department `as d`. They follow those of [`push_columns`].
pub(super) const DEPARTMENT_COLUMNS: &str =
    "d.name as department_name, d.tenant_id as department_tenant_id";

/// The columns that only an employee's page shows, and those that only a write needs. They come from the employee `as e`, and [`read_details`] reads them
/// by name.
const DETAIL_COLUMNS: &str =
    "e.phone, e.weekly_hours, e.ended_on, e.manager_id, e.version, e.department_key";

/// The fields of one employee that are in the employee's own row.
pub(super) struct Details {
    /// The employee without manager and reports: these are other rows.
    pub(super) view: EmployeeView,
    /// The employee's manager, who may be outside of what the viewer can see.
    pub(super) manager: Option<EmployeeId>,
    /// The sort key of the department, which the employee's row repeats.
    pub(super) department_key: String,
}

/// Appends the columns of the directory that come from the employee `as e`. A salary the viewer may not see does not leave the database (row P3).
pub(super) fn push_columns(builder: &mut StatementBuilder, visibility: Visibility) {
    builder.push(
        "e.tenant_id, e.id, e.number, e.first_name, e.last_name, e.email, e.position, e.location, e.status, e.started_on,
               e.department_id, ",
    );
    builder.push(if visibility.sees(Field::Salary) {
        "e.salary_minor, e.salary_currency"
    } else {
        "null::bigint as salary_minor, null::text as salary_currency"
    });
}

/// Reads the details of one employee; `None` if the actor can see no employee with this id. `fields` decides whether the salary is read.
pub(super) async fn details(
    tx: &mut TenantTx,
    id: EmployeeId,
    fields: Visibility,
) -> Result<Option<Details>, Error> {
    let visible = VisibleEmployees(tx.visibility());
    let mut builder = tx.statement_builder()?;
    visible.push_with_clause(&mut builder);
    builder.push("\n        select ");
    push_columns(&mut builder, fields);
    builder.push(", ").push(DEPARTMENT_COLUMNS).push(", ").push(DETAIL_COLUMNS);
    builder
        .push(
            "
          from employee as e
          join department as d on d.tenant_id = $1 and d.tenant_id = e.tenant_id and d.id = e.department_id
         where e.tenant_id = $1
           and e.id = ",
        )
        .bind(id.as_uuid());
    visible.push_condition(&mut builder);
    let rows = tx.query_built(&mut builder).fetch_rows().await?;
    rows.first().map(read_details).transpose()
}

fn read_details(row: &PgRow) -> Result<Details, Error> {
    let weekly_hours: i16 = row.try_get("weekly_hours")?;
    let manager: Option<Uuid> = row.try_get("manager_id")?;
    let view = EmployeeView {
        row: read(row, 0)?,
        version: version(row.try_get("version")?)?,
        phone: row.try_get("phone")?,
        weekly_hours: u8::try_from(weekly_hours)
            .map_err(|_| Error::Corrupt("number of weekly hours"))?,
        ended_on: row.try_get("ended_on")?,
        manager: None,
        reports: Vec::new(),
    };
    Ok(Details {
        view,
        manager: manager.map(EmployeeId::from_uuid),
        department_key: row.try_get("department_key")?,
    })
}

/// Reads a row as the list shows it. The columns of [`push_columns`] begin at index `first`: they are read by position, because looking up each name in
/// each row takes longer than PostgreSQL takes to find the rows. The column at `first` is the tenant, which the transaction has checked.
pub(super) fn read(row: &PgRow, first: usize) -> Result<EmployeeRow, Error> {
    let mut columns = Columns { row, next: first + 1 };
    let id = EmployeeId::from_uuid(columns.next()?);
    let number: i64 = columns.next()?;
    let (first_name, last_name) = (columns.next()?, columns.next()?);
    let (email, position, location) = (columns.next()?, columns.next()?, columns.next()?);
    let status: &str = columns.next()?;
    let started_on = columns.next()?;
    let department = DepartmentId::from_uuid(columns.next()?);
    let salary = salary(columns.next()?, columns.next()?)?;
    Ok(EmployeeRow {
        id,
        number: EmployeeNumber::try_from(number).map_err(|_| Error::Corrupt("employee number"))?,
        first_name,
        last_name,
        email,
        position,
        department: DepartmentRef { id: department, name: columns.next()? },
        location,
        status: status.parse().map_err(|_| Error::Corrupt("employment status"))?,
        started_on,
        salary,
    })
}

/// Reads the columns of a row one after the other.
struct Columns<'r> {
    row: &'r PgRow,
    next: usize,
}

impl<'r> Columns<'r> {
    fn next<T: Decode<'r, Postgres> + Type<Postgres>>(&mut self) -> Result<T, sqlx::Error> {
        self.next += 1;
        self.row.try_get(self.next - 1)
    }
}

fn salary(minor_units: Option<i64>, currency: Option<&str>) -> Result<Option<Money>, Error> {
    let (Some(minor_units), Some(code)) = (minor_units, currency) else { return Ok(None) };
    let currency = code.parse().map_err(|_| Error::Corrupt("currency"))?;
    Ok(Some(Money { minor_units, currency }))
}
