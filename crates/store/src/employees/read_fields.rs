//! Selects and reads the columns of an employee's row.

use api_types::{DepartmentRef, EmployeeRow};
use domain::{DepartmentId, EmployeeId, EmployeeNumber, Field, Money, Visibility};
use sqlx::{Decode, Postgres, Row, Type, postgres::PgRow};

use crate::{Error, statement::Draft};

/// The columns of an employee's row that come from the department `as d`. They follow those of [`columns`].
pub(super) const DEPARTMENT_COLUMNS: &str =
    "d.name as department_name, d.tenant_id as department_tenant_id";

/// Appends the columns that come from the employee `as e`. A salary the viewer may not see does not leave the database (row P3).
pub(super) fn columns(draft: &mut Draft, visibility: Visibility) {
    draft.push(
        "e.tenant_id, e.id, e.number, e.first_name, e.last_name, e.email, e.position, e.location, e.status, e.started_on,
               e.department_id, ",
    );
    draft.push(if visibility.sees(Field::Salary) {
        "e.salary_minor, e.salary_currency"
    } else {
        "null::bigint as salary_minor, null::text as salary_currency"
    });
}

/// Reads a row as the list shows it. The columns of [`columns`] begin at index `first`: they are read by position, because looking up each name in
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
