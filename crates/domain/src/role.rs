//! The four roles and the permissions of each, in one table (row P8).

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The role of an account at its tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees and edits all employees, salaries included, and reads the audit trail.
    HrAdmin,
    /// Sees their own subtree of the org chart, without salaries.
    Manager,
    /// Sees only their own employment, without the salary.
    Employee,
    /// Sees all employees without salaries, and the audit trail; changes nothing.
    Auditor,
}

/// A permission that a role can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Read employees within the role's scope.
    ReadEmployees,
    /// Create, edit and terminate employees.
    WriteEmployees,
    /// Read the salaries of employees.
    ReadSalaries,
    /// Read the audit trail.
    ReadAudit,
    /// End the sessions of others, and choose the session policy of the company.
    ManageSessions,
    /// Create and remove the widgets that other sites embed.
    ManageWidgets,
}

/// The text is not a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of `hr_admin`, `manager`, `employee`, `auditor`")]
pub struct UnknownRole;

impl Role {
    /// Every role of the product.
    pub const ALL: [Self; 4] = [Self::HrAdmin, Self::Manager, Self::Employee, Self::Auditor];

    /// The permissions of the role. No other place defines them.
    pub const fn permissions(self) -> &'static [Permission] {
        use Permission::{
            ManageSessions, ManageWidgets, ReadAudit, ReadEmployees, ReadSalaries, WriteEmployees,
        };
        match self {
            Self::HrAdmin => &[
                ReadEmployees,
                WriteEmployees,
                ReadSalaries,
                ReadAudit,
                ManageSessions,
                ManageWidgets,
            ],
            Self::Manager | Self::Employee => &[ReadEmployees],
            Self::Auditor => &[ReadEmployees, ReadAudit],
        }
    }

    /// Whether the role has the permission.
    pub fn may(self, permission: Permission) -> bool {
        self.permissions().contains(&permission)
    }

    /// The role as JSON, session records and the database spell it.
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

    /// P8: only an HR admin may see salaries, write, and manage the sessions of others and the widgets.
    #[test]
    fn only_an_hr_admin_sees_salaries_writes_and_manages_sessions_and_widgets() {
        for role in Role::ALL {
            let admin = role == Role::HrAdmin;
            assert_eq!(role.may(Permission::ReadSalaries), admin, "{role:?}");
            assert_eq!(role.may(Permission::WriteEmployees), admin, "{role:?}");
            assert_eq!(role.may(Permission::ManageSessions), admin, "{role:?}");
            assert_eq!(role.may(Permission::ManageWidgets), admin, "{role:?}");
        }
    }

    #[test]
    fn every_role_round_trips() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
    }
}
