//! An employee to be created, and what an edit changes: every value is known to be allowed by itself.

use chrono::NaiveDate;

use crate::{
    DepartmentId, Email, EmployeeId, EmployeeNumber, EmploymentStatus, Line, Money, WeeklyHours,
};

/// Someone who begins.
#[derive(Clone, Debug)]
pub struct EmployeeDraft {
    /// The number the company gives; without one, the next that is free.
    pub number: Option<EmployeeNumber>,
    /// First name.
    pub first_name: Line,
    /// Last name.
    pub last_name: Line,
    /// Work e-mail.
    pub email: Email,
    /// Work telephone, if there is one.
    pub phone: Option<Line>,
    /// Position title.
    pub position: Line,
    /// Where in the company.
    pub department: DepartmentId,
    /// Where in the world.
    pub location: Line,
    /// Where the employment stands; never ended.
    pub status: EmploymentStatus,
    /// First day of employment.
    pub started_on: NaiveDate,
    /// Contracted hours.
    pub weekly_hours: WeeklyHours,
    /// Yearly salary before tax.
    pub salary: Money,
    /// Whom they report to.
    pub manager: Option<EmployeeId>,
}

/// What an edit changes; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct EmployeeEdit {
    /// The number the company gives.
    pub number: Option<EmployeeNumber>,
    /// First name.
    pub first_name: Option<Line>,
    /// Last name.
    pub last_name: Option<Line>,
    /// Work e-mail.
    pub email: Option<Email>,
    /// Work telephone, or that there is none.
    pub phone: Option<Option<Line>>,
    /// Position title.
    pub position: Option<Line>,
    /// Where in the company.
    pub department: Option<DepartmentId>,
    /// Where in the world.
    pub location: Option<Line>,
    /// Where the employment stands; never ended.
    pub status: Option<EmploymentStatus>,
    /// First day of employment.
    pub started_on: Option<NaiveDate>,
    /// Contracted hours.
    pub weekly_hours: Option<WeeklyHours>,
    /// Yearly salary before tax.
    pub salary: Option<Money>,
    /// Whom they report to, or that they report to nobody.
    pub manager: Option<Option<EmployeeId>>,
}
