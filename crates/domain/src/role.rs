//! The four roles and what each may do: one table (row P8).

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What someone is at their company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs HR: sees everyone, salaries included, and may change them.
    HrAdmin,
    /// Leads people: sees their own subtree of the org chart.
    Manager,
    /// Sees themselves.
    Employee,
    /// Reads everyone (no salaries) and the audit trail; changes nothing.
    Auditor,
}

/// Something a role may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Read employees within the role's scope.
    ReadEmployees,
    /// Create, edit and terminate employees.
    WriteEmployees,
    /// See what people are paid.
    ReadSalaries,
    /// Read the audit trail.
    ReadAudit,
}

/// The word names no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a role is one of `hr_admin`, `manager`, `employee`, `auditor`")]
pub struct UnknownRole;

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::HrAdmin, Self::Manager, Self::Employee, Self::Auditor];

    /// What the role may do. This table is the only place that says so.
    pub const fn permissions(self) -> &'static [Permission] {
        use Permission::{ReadAudit, ReadEmployees, ReadSalaries, WriteEmployees};
        match self {
            Self::HrAdmin => &[ReadEmployees, WriteEmployees, ReadSalaries, ReadAudit],
            Self::Manager | Self::Employee => &[ReadEmployees],
            Self::Auditor => &[ReadEmployees, ReadAudit],
        }
    }

    /// Whether the role may do it.
    pub fn may(self, permission: Permission) -> bool {
        self.permissions().contains(&permission)
    }

    /// The word used in JSON, in the session record and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HrAdmin => "hr_admin",
            Self::Manager => "manager",
            Self::Employee => "employee",
            Self::Auditor => "auditor",
        }
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.as_str() == word).ok_or(UnknownRole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P8: salaries are for the HR admin alone, and nobody else may write.
    #[test]
    fn only_an_hr_admin_sees_salaries_and_writes() {
        for role in Role::ALL {
            let admin = role == Role::HrAdmin;
            assert_eq!(role.may(Permission::ReadSalaries), admin, "{role:?}");
            assert_eq!(role.may(Permission::WriteEmployees), admin, "{role:?}");
        }
    }

    #[test]
    fn every_role_reads_what_it_writes() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
    }
}
