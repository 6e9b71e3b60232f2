//! Departments, as the API shows and renames them.

use domain::{DepartmentId, Version};
use serde::{Deserialize, Serialize};

/// A department, as an employee's JSON refers to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DepartmentRef {
    /// The department's id.
    pub id: DepartmentId,
    /// The department's name.
    pub name: String,
}

/// A department, as the viewer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Department {
    /// The department's id.
    pub id: DepartmentId,
    /// The department's name.
    pub name: String,
    /// The number of its employees that the viewer may see, without those who have left.
    pub headcount: u64,
    /// The version of the department. An edit sends it back in quotes, as `If-Match`.
    pub version: Version,
}

/// The body of `PATCH /api/v1/departments/{id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DepartmentChange {
    /// The new name, 1 to 100 characters, unique within the company.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub name: String,
}

/// The departments and locations the directory can be filtered by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Departments {
    /// The departments, in the order of their names. A department in which the viewer may see no employee is left out.
    pub items: Vec<Department>,
    /// The locations of the employees that the viewer may see, in the order of their names.
    pub locations: Vec<String>,
}
