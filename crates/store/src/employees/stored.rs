//! Reads the stored row of an employee that is about to be changed.

use chrono::NaiveDate;
use domain::{DepartmentId, EmployeeId, EmployeeNumber, Money, Version};
use uuid::Uuid;

use super::VisibleEmployees;
use crate::{Error, NewEmployee, WriteRefusal, transactions::TenantTx};

/// The stored state of an employee, as a write needs it.
pub(super) struct StoredEmployee {
    /// The employee's stored fields.
    pub(super) row: NewEmployee,
    /// The sort key of the department, which the row repeats.
    pub(super) department_key: String,
    /// The version of the row, which a write must name.
    pub(super) version: Version,
}

#[derive(sqlx::FromRow)]
struct Record {
    number: i64,
    first_name: String,
    last_name: String,
    email: String,
    phone: String,
    position: String,
    department_id: Uuid,
    location: String,
    status: String,
    started_on: NaiveDate,
    ended_on: Option<NaiveDate>,
    weekly_hours: i16,
    salary_minor: i64,
    salary_currency: String,
    manager_id: Option<Uuid>,
    department_key: String,
    version: i64,
}

/// Reads the employee; `None` if the actor can see no employee with this id.
pub(super) async fn stored(
    tx: &mut TenantTx,
    id: EmployeeId,
) -> Result<Option<StoredEmployee>, Error> {
    let visible = VisibleEmployees(tx.visibility());
    let mut builder = tx.statement_builder()?;
    visible.push_with_clause(&mut builder);
    builder
        .push(
            "
        select e.tenant_id, e.number, e.first_name, e.last_name, e.email, e.phone, e.position, e.department_id, e.location,
               e.status, e.started_on, e.ended_on, e.weekly_hours, e.salary_minor, e.salary_currency, e.manager_id,
               e.department_key, e.version
          from employee as e
         where e.tenant_id = $1
           and e.id = ",
        )
        .bind(id.as_uuid());
    visible.push_condition(&mut builder);
    let record: Option<Record> = tx.query_built(&mut builder).fetch_optional().await?;
    record.map(|record| record.read(id)).transpose()
}

impl StoredEmployee {
    /// Refuses a change that is based on another version.
    pub(super) fn check(&self, expected: Version) -> Result<(), WriteRefusal> {
        if self.version == expected {
            Ok(())
        } else {
            Err(WriteRefusal::Stale { version: self.version })
        }
    }
}

impl Record {
    fn read(self, id: EmployeeId) -> Result<StoredEmployee, Error> {
        let row = NewEmployee {
            id,
            number: EmployeeNumber::try_from(self.number)
                .map_err(|_| Error::Corrupt("employee number"))?,
            first_name: self.first_name,
            last_name: self.last_name,
            email: self.email.parse().map_err(|_| Error::Corrupt("e-mail"))?,
            phone: self.phone,
            position: self.position,
            department: DepartmentId::from_uuid(self.department_id),
            location: self.location,
            status: self.status.parse().map_err(|_| Error::Corrupt("employment status"))?,
            started_on: self.started_on,
            ended_on: self.ended_on,
            weekly_hours: u8::try_from(self.weekly_hours)
                .map_err(|_| Error::Corrupt("number of weekly hours"))?,
            salary: Money {
                minor_units: self.salary_minor,
                currency: self.salary_currency.parse().map_err(|_| Error::Corrupt("currency"))?,
            },
            manager: self.manager_id.map(EmployeeId::from_uuid),
        };
        let version = self.version.try_into().map_err(|_| Error::Corrupt("version"))?;
        Ok(StoredEmployee { row, department_key: self.department_key, version })
    }
}
