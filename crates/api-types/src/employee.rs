//! Employees, as the directory and the employee page show them.

use chrono::NaiveDate;
use domain::{DepartmentId, EmployeeId, EmployeeNumber, EmploymentStatus, Money, Version};
use serde::{Deserialize, Serialize};

use crate::DepartmentRef;

/// The query parameters of `GET /api/v1/employees`. Every field is text, so that an invalid value is answered with a hint instead of a parser's message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
pub struct EmployeeListQuery {
    /// Search words, at most 100 characters. Each word must be the beginning of the first name, last name, e-mail address or number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Lists only employees of the department with this id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Lists only employees at the location with this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Lists only employees with one of these statuses, separated by commas: `active`, `on_leave`, `starting`, `terminated`. By default, all but `terminated`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The order: `name` (default), `number`, `position`, `department`, `location`, `status`, `started_on`, `salary`; with `-` before it, descending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// The most items on the page, 1 to 200; 50 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// `next_cursor` or `prev_cursor` of another page of the same list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// One employee in the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmployeeRow {
    /// The employee's id.
    pub id: EmployeeId,
    /// The number that the company gave the employee.
    pub number: EmployeeNumber,
    /// The employee's first name.
    pub first_name: String,
    /// The employee's last name.
    pub last_name: String,
    /// The work e-mail address.
    pub email: String,
    /// The title of the position.
    pub position: String,
    /// The employee's department.
    pub department: DepartmentRef,
    /// The work location, such as a city.
    pub location: String,
    /// The status of the employment.
    pub status: EmploymentStatus,
    /// First day of employment.
    pub started_on: NaiveDate,
    /// Yearly salary before tax; the field is absent unless the viewer may see salaries (row P3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salary: Option<Money>,
}

/// An employee, as the JSON of another employee refers to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmployeeRef {
    /// The employee's id.
    pub id: EmployeeId,
    /// First and last name.
    pub name: String,
    /// The title of the position.
    pub position: String,
}

/// One employee with all fields that the viewer may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmployeeView {
    /// The fields that the directory shows.
    #[serde(flatten)]
    pub row: EmployeeRow,
    /// The version of the employee. An edit sends it back in quotes, as `If-Match`.
    pub version: Version,
    /// The work telephone; empty if there is none.
    pub phone: String,
    /// Contracted hours per week, 0 to 168.
    pub weekly_hours: u8,
    /// Last day of employment, once it is known.
    pub ended_on: Option<NaiveDate>,
    /// The employee's manager; `null` if there is none, or if the viewer may not see the manager.
    pub manager: Option<EmployeeRef>,
    /// The employees who report to this employee directly, have not left and are visible to the viewer, in the order of their names.
    pub reports: Vec<EmployeeRef>,
}

/// Converts ids into the text that [`EmployeeListQuery`] contains.
impl EmployeeListQuery {
    /// The same query, limited to one department.
    #[must_use]
    pub fn in_department(mut self, department: DepartmentId) -> Self {
        self.department = Some(department.to_string());
        self
    }
}
