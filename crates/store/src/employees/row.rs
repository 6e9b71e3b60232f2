//! How an employee's row is read.

use api_types::{DepartmentRef, EmployeeRow};
use chrono::NaiveDate;
use domain::{DepartmentId, EmployeeId, EmployeeNumber, Field, Money, Visibility};
use uuid::Uuid;

use crate::{Error, door::TenantTx, statement::Draft};

/// An employee `as e` with the department `as d`, as the directory shows them.
#[derive(sqlx::FromRow)]
pub(super) struct Record {
    tenant_id: Uuid,
    id: Uuid,
    number: i64,
    first_name: String,
    last_name: String,
    email: String,
    position: String,
    department_id: Uuid,
    department_tenant: Uuid,
    department_name: String,
    location: String,
    status: String,
    started_on: NaiveDate,
    salary_minor: Option<i64>,
    salary_currency: Option<String>,
}

/// The columns of a [`Record`] that the department has.
pub(super) const DEPARTMENT_COLUMNS: &str =
    "d.tenant_id as department_tenant, d.name as department_name";

/// Names the columns of a [`Record`] that the employee has. A salary the viewer may not see does not leave the database (row P3).
pub(super) fn columns(draft: &mut Draft, visibility: Visibility) {
    draft.say(
        "e.tenant_id, e.id, e.number, e.first_name, e.last_name, e.email, e.position, e.location, e.status, e.started_on,
               e.department_id, ",
    );
    draft.say(if visibility.sees(Field::Salary) {
        "e.salary_minor, e.salary_currency"
    } else {
        "null::bigint as salary_minor, null::text as salary_currency"
    });
}

impl Record {
    /// The row, once its stamp is checked.
    pub(super) fn read(self, tx: &TenantTx) -> Result<EmployeeRow, Error> {
        tx.check_stamp(self.tenant_id)?;
        tx.check_stamp(self.department_tenant)?;
        Ok(EmployeeRow {
            id: EmployeeId::from_uuid(self.id),
            number: EmployeeNumber::try_from(self.number)
                .map_err(|_| Error::Corrupt("employee number"))?,
            first_name: self.first_name,
            last_name: self.last_name,
            email: self.email,
            position: self.position,
            department: DepartmentRef {
                id: DepartmentId::from_uuid(self.department_id),
                name: self.department_name,
            },
            location: self.location,
            status: self.status.parse().map_err(|_| Error::Corrupt("employment status"))?,
            started_on: self.started_on,
            salary: salary(self.salary_minor, self.salary_currency)?,
        })
    }
}

fn salary(minor_units: Option<i64>, currency: Option<String>) -> Result<Option<Money>, Error> {
    let (Some(minor_units), Some(code)) = (minor_units, currency) else { return Ok(None) };
    let currency = code.parse().map_err(|_| Error::Corrupt("currency"))?;
    Ok(Some(Money { minor_units, currency }))
}
