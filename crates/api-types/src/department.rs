//! Departments.

use domain::{DepartmentId, Version};
use serde::{Deserialize, Serialize};

/// A department, as an employee's row names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DepartmentRef {
    /// Its id.
    pub id: DepartmentId,
    /// Its name.
    pub name: String,
}

/// A department with what the viewer can see of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Department {
    /// Its id.
    pub id: DepartmentId,
    /// Its name.
    pub name: String,
    /// How many employees of it the viewer can see, those who have left not counted.
    pub headcount: u64,
    /// How often it was written. Whoever edits sends it back in quotes, as `If-Match`.
    pub version: Version,
}

/// What `PATCH /api/v1/departments/{id}` takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DepartmentChange {
    /// Its name, 1 to 100 characters; no other department of the company has it.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub name: String,
}

/// The departments and locations the directory can be filtered by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Departments {
    /// In the order of their names; those in which the viewer can see nobody are left out.
    pub items: Vec<Department>,
    /// The places where the employees work whom the viewer can see, in the order of their names.
    pub locations: Vec<String>,
}
