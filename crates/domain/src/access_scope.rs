//! OAuth scopes of access tokens, and the permission that each scope can grant.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Permission, Role};

/// A scope that this product knows (RFC 6749 §3.3). The list is closed: an unknown scope in a token grants nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AccessScope {
    /// `openid`: allows an ID token and the user-info endpoint.
    #[serde(rename = "openid")]
    OpenId,
    /// `email`: puts the e-mail address into the ID token and the user-info reply.
    #[serde(rename = "email")]
    Email,
    /// `profile`: puts the name into the ID token and the user-info reply.
    #[serde(rename = "profile")]
    Profile,
    /// `aws.cognito.signin.user.admin`: access to the user's own account over Cognito's protocol. Every token issued over that protocol has it.
    #[serde(rename = "aws.cognito.signin.user.admin")]
    OwnAccount,
    /// `hr/employees.read`: read the employees and departments that the user may see.
    #[serde(rename = "hr/employees.read")]
    ReadEmployees,
    /// `hr/employees.write`: create, edit and terminate employees, if the user's role allows it.
    #[serde(rename = "hr/employees.write")]
    WriteEmployees,
    /// `hr/salaries.read`: read salaries, if the user's role allows it.
    #[serde(rename = "hr/salaries.read")]
    ReadSalaries,
}

/// The text is not one of [`AccessScope::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected one of `openid`, `email`, `profile`, `aws.cognito.signin.user.admin`, `hr/employees.read`, `hr/employees.write`, `hr/salaries.read`"
)]
pub struct UnknownScope;

impl AccessScope {
    /// Every scope of the product.
    pub const ALL: [Self; 7] = [
        Self::OpenId,
        Self::Email,
        Self::Profile,
        Self::OwnAccount,
        Self::ReadEmployees,
        Self::WriteEmployees,
        Self::ReadSalaries,
    ];

    /// The scope as tokens and requests spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Email => "email",
            Self::Profile => "profile",
            Self::OwnAccount => "aws.cognito.signin.user.admin",
            Self::ReadEmployees => "hr/employees.read",
            Self::WriteEmployees => "hr/employees.write",
            Self::ReadSalaries => "hr/salaries.read",
        }
    }

    /// The permission that a token has only with this scope, even if its bearer's role has the permission. `None` for identity scopes.
    pub const fn permission(self) -> Option<Permission> {
        match self {
            Self::OpenId | Self::Email | Self::Profile | Self::OwnAccount => None,
            Self::ReadEmployees => Some(Permission::ReadEmployees),
            Self::WriteEmployees => Some(Permission::WriteEmployees),
            Self::ReadSalaries => Some(Permission::ReadSalaries),
        }
    }

    /// Whether a token of a user with this role may carry the scope. Identity scopes are allowed for every role.
    pub fn is_allowed_for(self, role: Role) -> bool {
        self.permission().is_none_or(|permission| role.may(permission))
    }

    /// Whether an application that acts for itself may have the scope: it grants access to a resource and says nothing about a user (row T9).
    pub const fn is_of_a_resource(self) -> bool {
        self.permission().is_some()
    }
}

impl FromStr for AccessScope {
    type Err = UnknownScope;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word).ok_or(UnknownScope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_round_trips() {
        for scope in AccessScope::ALL {
            assert_eq!(scope.as_str().parse(), Ok(scope));
            assert_eq!(serde_json::to_value(scope).unwrap(), scope.as_str());
        }
        assert_eq!("hr/employees".parse::<AccessScope>(), Err(UnknownScope));
    }

    /// G5: a resource scope is allowed for the roles that have its permission.
    #[test]
    fn a_scope_is_allowed_for_roles_that_may_use_it() {
        for role in Role::ALL {
            let allowed = AccessScope::ALL.into_iter().filter(|scope| scope.is_allowed_for(role));
            assert_eq!(allowed.count(), if role == Role::HrAdmin { 7 } else { 5 }, "{role:?}");
            assert!(AccessScope::OpenId.is_allowed_for(role));
            assert!(AccessScope::ReadEmployees.is_allowed_for(role));
        }
    }

    /// T9: an identity scope is not a resource scope.
    #[test]
    fn a_machine_has_no_scope_of_a_person() {
        for scope in AccessScope::ALL {
            assert_eq!(scope.is_of_a_resource(), scope.as_str().starts_with("hr/"), "{scope:?}");
        }
    }
}
