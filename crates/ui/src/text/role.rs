//! The texts for roles.

use domain::Role;

/// The name of the role on the screen.
pub(crate) const fn role_label(role: Role) -> &'static str {
    match role {
        Role::HrAdmin => "HR admin",
        Role::Manager => "Manager",
        Role::Employee => "Employee",
        Role::Auditor => "Auditor",
    }
}

/// What the role can see, in a few words.
pub(crate) const fn role_sees(role: Role) -> &'static str {
    match role {
        Role::HrAdmin => "Everyone, with salaries",
        Role::Manager => "Their own team",
        Role::Employee => "Only themselves",
        Role::Auditor => "Everyone, no salaries",
    }
}
