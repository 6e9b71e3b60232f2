//! The fields of an employee for writing: the values that a caller gives, the columns, and the values that are bound to them. Every statement that writes all of them is here.
//!
//! One column list and one list of bound values serve both statements. A statement gets each column as an array with one element for each employee, so
//! that a company of ten thousand is added as one employee is.

use api_types::EmployeeView;
use chrono::NaiveDate;
use domain::{
    DepartmentId, Email, EmployeeId, EmployeeNumber, EmploymentStatus, Line, Money, WeeklyHours,
};

use crate::{
    Error,
    fold::sort_key,
    statement::tenant_sql,
    transactions::{TenantQuery, TenantTx},
};

/// All stored fields of an employee.
#[derive(Clone, Debug)]
pub struct NewEmployee {
    /// The employee's id, unique within the tenant.
    pub id: EmployeeId,
    /// The employee number, unique within the tenant.
    pub number: EmployeeNumber,
    /// The first name, not empty.
    pub first_name: String,
    /// The last name, not empty.
    pub last_name: String,
    /// The work email address, unique within the tenant.
    pub email: Email,
    /// The work telephone number; empty if there is none.
    pub phone: String,
    /// The title of the position.
    pub position: String,
    /// The department that the employee belongs to.
    pub department: DepartmentId,
    /// The place of work.
    pub location: String,
    /// The status of the employment.
    pub status: EmploymentStatus,
    /// The first day of employment.
    pub started_on: NaiveDate,
    /// The last day of employment, if it is known; not before the first.
    pub ended_on: Option<NaiveDate>,
    /// The contracted hours per week, at most 168.
    pub weekly_hours: u8,
    /// The yearly salary before tax.
    pub salary: Money,
    /// The employee that this employee reports to.
    pub manager: Option<EmployeeId>,
}

/// An employee to create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmployeeDraft {
    /// The employee number; `None` takes the next free one.
    pub number: Option<EmployeeNumber>,
    /// The employee's first name.
    pub first_name: Line,
    /// The employee's last name.
    pub last_name: Line,
    /// The work e-mail address.
    pub email: Email,
    /// The work telephone, if there is one.
    pub phone: Option<Line>,
    /// The title of the position.
    pub position: Line,
    /// The employee's department.
    pub department: DepartmentId,
    /// The work location, such as a city.
    pub location: Line,
    /// The employment status; never [`EmploymentStatus::Terminated`].
    pub status: EmploymentStatus,
    /// First day of employment.
    pub started_on: NaiveDate,
    /// Contracted hours per week.
    pub weekly_hours: WeeklyHours,
    /// Yearly salary before tax.
    pub salary: Money,
    /// The employee's manager, if there is one.
    pub manager: Option<EmployeeId>,
}

/// The changes of an edit. A field that is `None` keeps its value.
#[derive(Clone, Debug, Default)]
pub struct EmployeeEdit {
    /// The employee number.
    pub number: Option<EmployeeNumber>,
    /// The employee's first name.
    pub first_name: Option<Line>,
    /// The employee's last name.
    pub last_name: Option<Line>,
    /// The work e-mail address.
    pub email: Option<Email>,
    /// The work telephone; `Some(None)` removes it.
    pub phone: Option<Option<Line>>,
    /// The title of the position.
    pub position: Option<Line>,
    /// The employee's department.
    pub department: Option<DepartmentId>,
    /// The work location, such as a city.
    pub location: Option<Line>,
    /// The employment status; never [`EmploymentStatus::Terminated`].
    pub status: Option<EmploymentStatus>,
    /// First day of employment.
    pub started_on: Option<NaiveDate>,
    /// Contracted hours per week.
    pub weekly_hours: Option<WeeklyHours>,
    /// Yearly salary before tax.
    pub salary: Option<Money>,
    /// The employee's manager; `Some(None)` removes the manager.
    pub manager: Option<Option<EmployeeId>>,
}

impl NewEmployee {
    /// The fields of a new employee with this id and number.
    pub(super) fn new(id: EmployeeId, number: EmployeeNumber, draft: EmployeeDraft) -> Self {
        Self {
            id,
            number,
            first_name: draft.first_name.into(),
            last_name: draft.last_name.into(),
            email: draft.email,
            phone: draft.phone.map(String::from).unwrap_or_default(),
            position: draft.position.into(),
            department: draft.department,
            location: draft.location.into(),
            status: draft.status,
            started_on: draft.started_on,
            ended_on: None,
            weekly_hours: draft.weekly_hours.get(),
            salary: draft.salary,
            manager: draft.manager,
        }
    }

    /// The fields of a stored employee. `view` must contain the salary.
    pub(super) fn stored(view: EmployeeView, manager: Option<EmployeeId>) -> Result<Self, Error> {
        let row = view.row;
        Ok(Self {
            id: row.id,
            number: row.number,
            first_name: row.first_name,
            last_name: row.last_name,
            email: row.email.parse().map_err(|_| Error::Corrupt("e-mail"))?,
            phone: view.phone,
            position: row.position,
            department: row.department.id,
            location: row.location,
            status: row.status,
            started_on: row.started_on,
            ended_on: view.ended_on,
            weekly_hours: view.weekly_hours,
            salary: row.salary.ok_or(Error::Corrupt("salary"))?,
            manager,
        })
    }

    /// Changes the fields that the edit has.
    pub(super) fn apply(&mut self, edit: EmployeeEdit) {
        fn set<T, V: Into<T>>(field: &mut T, value: Option<V>) {
            if let Some(value) = value {
                *field = value.into();
            }
        }
        #[expect(clippy::option_option, reason = "an absent field, an empty one and a text")]
        fn set_or_empty(field: &mut String, value: Option<Option<Line>>) {
            set(field, value.map(|line| line.map(String::from).unwrap_or_default()));
        }
        set(&mut self.number, edit.number);
        set(&mut self.first_name, edit.first_name);
        set(&mut self.last_name, edit.last_name);
        set(&mut self.email, edit.email);
        set_or_empty(&mut self.phone, edit.phone);
        set(&mut self.position, edit.position);
        set(&mut self.department, edit.department);
        set(&mut self.location, edit.location);
        set(&mut self.status, edit.status);
        set(&mut self.started_on, edit.started_on);
        set(&mut self.weekly_hours, edit.weekly_hours.map(WeeklyHours::get));
        set(&mut self.salary, edit.salary);
        set(&mut self.manager, edit.manager);
    }
}

/// The columns that a write stores.
macro_rules! columns {
    () => {
        "id, number, first_name, last_name, email, phone, position, department_id,
         location, status, started_on, ended_on, weekly_hours,
         salary_minor, salary_currency, manager_id,
         name_key, position_key, department_key, location_key"
    };
}

/// The values of [`columns`], as rows: one array for each column, in the same order.
macro_rules! values {
    () => {
        "unnest($2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::uuid[],
                $10::text[], $11::text[], $12::date[], $13::date[], $14::smallint[],
                $15::bigint[], $16::text[], $17::uuid[],
                $18::text[], $19::text[], $20::text[], $21::text[])"
    };
}

/// An employee to write, and the sort key of the department, which the row repeats.
#[derive(Clone, Copy)]
pub(crate) struct Written<'r> {
    /// The employee's fields.
    pub(crate) row: &'r NewEmployee,
    /// The sort key of the employee's department.
    pub(crate) department_key: &'r str,
}

/// Binds the arrays of [`values`], in the order of [`columns`].
fn bind<'q>(query: TenantQuery<'q>, employees: &[Written<'_>]) -> TenantQuery<'q> {
    query
        .bind(column(employees, |new| new.id.as_uuid()))
        .bind(column(employees, |new| new.number.get()))
        .bind(column(employees, |new| new.first_name.as_str()))
        .bind(column(employees, |new| new.last_name.as_str()))
        .bind(column(employees, |new| new.email.as_str()))
        .bind(column(employees, |new| new.phone.as_str()))
        .bind(column(employees, |new| new.position.as_str()))
        .bind(column(employees, |new| new.department.as_uuid()))
        .bind(column(employees, |new| new.location.as_str()))
        .bind(column(employees, |new| new.status.as_str()))
        .bind(column(employees, |new| new.started_on))
        .bind(column(employees, |new| new.ended_on))
        .bind(column(employees, |new| i16::from(new.weekly_hours)))
        .bind(column(employees, |new| new.salary.minor_units))
        .bind(column(employees, |new| new.salary.currency.code()))
        .bind(column(employees, |new| new.manager.map(|manager| manager.as_uuid())))
        .bind(column(employees, |new| sort_key(&[&new.last_name, &new.first_name])))
        .bind(column(employees, |new| sort_key(&[&new.position])))
        .bind(employees.iter().map(|written| written.department_key).collect::<Vec<_>>())
        .bind(column(employees, |new| sort_key(&[&new.location])))
}

/// One value of each employee.
fn column<'r, V>(employees: &[Written<'r>], value: impl Fn(&'r NewEmployee) -> V) -> Vec<V> {
    employees.iter().map(|written| value(written.row)).collect()
}

/// Adds the rows of new employees, all or none.
pub(crate) async fn insert(tx: &mut TenantTx, employees: &[Written<'_>]) -> Result<(), Error> {
    let sql = tenant_sql!(concat!(
        "
        insert into employee (tenant_id, ",
        columns!(),
        ")
        select $1, new.*
          from ",
        values!(),
        " as new
        returning tenant_id"
    ));
    bind(tx.query(sql), employees).execute().await?;
    Ok(())
}

/// Stores the fields of an employee whose row exists, and increases its version.
pub(super) async fn update(tx: &mut TenantTx, employee: Written<'_>) -> Result<(), Error> {
    let sql = tenant_sql!(concat!(
        "
        update employee
           set (",
        columns!(),
        ") = (select new.* from ",
        values!(),
        " as new),
               version = version + 1
         where tenant_id = $1
           and id = any($2)
        returning tenant_id"
    ));
    bind(tx.query(sql), &[employee]).execute().await?;
    Ok(())
}
