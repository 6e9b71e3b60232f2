//! Parsed input to create or edit an employee: each value is valid on its own.

use chrono::NaiveDate;

use crate::{
    DepartmentId, Email, EmployeeId, EmployeeNumber, EmploymentStatus, Line, Money, WeeklyHours,
};

/// An employee to create.
#[derive(Clone, Debug)]
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
