//! The rows and fields that a viewer may see. They are part of every cache key and every ETag.

use std::fmt;

use crate::{EmployeeId, Permission, Role};

/// The employees that a viewer may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EmployeeScope {
    /// All employees of the tenant.
    All,
    /// This employee and all employees below them in the manager chain.
    Subtree(EmployeeId),
    /// Only this employee.
    Own(EmployeeId),
    /// No employee: the scope of a manager or employee account that is linked to no employment.
    NoEmployees,
}

/// A field that not every viewer may see, filter by or sort by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The salary of an employee.
    Salary,
}

/// The rows and fields one viewer may see. Two viewers may share a cached body only if their visibility is equal (row P8).
///
/// Its text form is stable and contains no personal data. Cache keys and ETags are made from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Visibility {
    scope: EmployeeScope,
    salary: bool,
}

impl Visibility {
    /// The visibility of a role at its tenant; `employee` is the viewer's own employment, if the account has one.
    pub fn of(role: Role, employee: Option<EmployeeId>) -> Self {
        let scope = match (role, employee) {
            (Role::HrAdmin | Role::Auditor, _) => EmployeeScope::All,
            (Role::Manager, Some(me)) => EmployeeScope::Subtree(me),
            (Role::Employee, Some(me)) => EmployeeScope::Own(me),
            (Role::Manager | Role::Employee, None) => EmployeeScope::NoEmployees,
        };
        Self { scope, salary: role.may(Permission::ReadSalaries) }
    }

    /// All rows and fields, for maintenance jobs that act for no user.
    pub const fn everything() -> Self {
        Self { scope: EmployeeScope::All, salary: true }
    }

    /// The same rows without salaries, for a token that lacks the scope to read them.
    #[must_use]
    pub const fn without_salaries(self) -> Self {
        Self { salary: false, ..self }
    }

    /// The same fields but no rows, for a token that lacks the scope to read employees.
    #[must_use]
    pub const fn without_employees(self) -> Self {
        Self { scope: EmployeeScope::NoEmployees, ..self }
    }

    /// The employees that the viewer may see.
    pub const fn scope(&self) -> EmployeeScope {
        self.scope
    }

    /// Whether the viewer may see the field, filter by it and sort by it.
    pub const fn sees(&self, field: Field) -> bool {
        match field {
            Field::Salary => self.salary,
        }
    }
}

impl fmt::Display for Visibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scope {
            EmployeeScope::All => f.write_str("company")?,
            EmployeeScope::Subtree(root) => write!(f, "subtree={root}")?,
            EmployeeScope::Own(me) => write!(f, "own={me}")?,
            EmployeeScope::NoEmployees => f.write_str("nobody")?,
        }
        if self.salary { f.write_str("+salary") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use uuid::Uuid;

    use super::*;

    /// P8: the four roles of one person have four different visibilities, so no role can be served the cached body of another.
    #[test]
    fn four_roles_have_four_views() {
        let me = EmployeeId::from_uuid(Uuid::from_u128(7));
        let views: HashSet<String> =
            Role::ALL.iter().map(|role| Visibility::of(*role, Some(me)).to_string()).collect();
        assert_eq!(views.len(), 4);
    }

    #[test]
    fn two_managers_have_two_views() {
        let [a, b] = [1, 2].map(|n| {
            Visibility::of(Role::Manager, Some(EmployeeId::from_uuid(Uuid::from_u128(n))))
        });
        assert_ne!(a.to_string(), b.to_string());
    }

    #[test]
    fn a_manager_without_an_employment_sees_no_employees() {
        assert_eq!(Visibility::of(Role::Manager, None).scope(), EmployeeScope::NoEmployees);
    }
}
