//! The query of the directory.

use domain::DepartmentId;
use serde::{Deserialize, Serialize};

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

/// Converts ids into the text that [`EmployeeListQuery`] contains.
impl EmployeeListQuery {
    /// The same query, limited to one department.
    #[must_use]
    pub fn in_department(mut self, department: DepartmentId) -> Self {
        self.department = Some(department.to_string());
        self
    }
}
