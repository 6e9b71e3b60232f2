//! Roles.

use domain::Role;

/// What people call the role.
pub(crate) const fn role_label(role: Role) -> &'static str {
    match role {
        Role::HrAdmin => "HR admin",
        Role::Manager => "Manager",
        Role::Employee => "Employee",
        Role::Auditor => "Auditor",
    }
}

/// Whom and what the role sees, in a few words.
pub(crate) const fn role_sees(role: Role) -> &'static str {
    match role {
        Role::HrAdmin => "Everyone, with salaries",
        Role::Manager => "Their own team",
        Role::Employee => "Only themselves",
        Role::Auditor => "Everyone, no salaries",
    }
}
