//! Employees, as the directory and the employee page show them.

use chrono::NaiveDate;
use domain::{DepartmentId, EmployeeId, EmployeeNumber, EmploymentStatus, Money, Version};
use serde::{Deserialize, Serialize};

use crate::DepartmentRef;

/// What `GET /api/v1/employees` can be asked. Every field is text here, so that a wrong one is answered with a hint and not with a parser's words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
pub struct EmployeeListQuery {
    /// Words that first name, last name, e-mail or number begin with; every word must match. At most 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Only this department (an id).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Only this location (its name).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Only these statuses, separated by commas: `active`, `on_leave`, `starting`, `terminated`. Without it, everyone who has not left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `name` (default), `number`, `position`, `department`, `location`, `status`, `started_on`, `salary`; with `-` before it, descending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// 1 to 200 items; 50 if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// `next_cursor` or `prev_cursor` of another page of the same sort.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// One employee in the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmployeeRow {
    /// Its id.
    pub id: EmployeeId,
    /// The number the company gave.
    pub number: EmployeeNumber,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Work e-mail.
    pub email: String,
    /// Position title.
    pub position: String,
    /// Where in the company.
    pub department: DepartmentRef,
    /// Where in the world.
    pub location: String,
    /// Where the employment stands.
    pub status: EmploymentStatus,
    /// First day of employment.
    pub started_on: NaiveDate,
    /// Yearly salary before tax; the field is absent unless the viewer is an HR admin (row P3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salary: Option<Money>,
}

/// An employee, as another's page names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmployeeRef {
    /// Its id.
    pub id: EmployeeId,
    /// First and last name.
    pub name: String,
    /// Position title.
    pub position: String,
}

/// One employee with everything the viewer may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmployeeView {
    /// What the directory shows.
    #[serde(flatten)]
    pub row: EmployeeRow,
    /// How often it was written. Whoever edits sends it back in quotes, as `If-Match`.
    pub version: Version,
    /// Work telephone.
    pub phone: String,
    /// Contracted hours a week.
    pub weekly_hours: u8,
    /// Last day of employment, once it is known.
    pub ended_on: Option<NaiveDate>,
    /// Whom they report to; absent if nobody, or if the viewer cannot see that person.
    pub manager: Option<EmployeeRef>,
    /// Who reports to them directly and has not left, as far as the viewer can see, in the order of their names.
    pub reports: Vec<EmployeeRef>,
}

/// Turns ids into the text that [`EmployeeListQuery`] carries.
impl EmployeeListQuery {
    /// The same query for one department.
    #[must_use]
    pub fn in_department(mut self, department: DepartmentId) -> Self {
        self.department = Some(department.to_string());
        self
    }
}
