//! What an access token lets its bearer do: OAuth scopes, and the permission that each of them may not exceed.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Permission, Role};

/// A scope that we know (RFC 6749 §3.3). The list is closed: a token that carries another word carries one that opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AccessScope {
    /// `openid`: an ID token, and the user-info endpoint.
    #[serde(rename = "openid")]
    OpenId,
    /// `email`: the address in the ID token and from the user-info endpoint.
    #[serde(rename = "email")]
    Email,
    /// `profile`: the name in the ID token and from the user-info endpoint.
    #[serde(rename = "profile")]
    Profile,
    /// `aws.cognito.signin.user.admin`: the person's own account over Cognito's protocol. Every token that protocol gives has it.
    #[serde(rename = "aws.cognito.signin.user.admin")]
    OwnAccount,
    /// `hr/employees.read`: employees and departments, within what the person may see.
    #[serde(rename = "hr/employees.read")]
    ReadEmployees,
    /// `hr/employees.write`: create, edit and terminate, if the person may.
    #[serde(rename = "hr/employees.write")]
    WriteEmployees,
    /// `hr/salaries.read`: salaries too, if the person may see them.
    #[serde(rename = "hr/salaries.read")]
    ReadSalaries,
}

/// The word names no scope of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown scope")]
pub struct UnknownScope;

impl AccessScope {
    /// Every scope.
    pub const ALL: [Self; 7] = [
        Self::OpenId,
        Self::Email,
        Self::Profile,
        Self::OwnAccount,
        Self::ReadEmployees,
        Self::WriteEmployees,
        Self::ReadSalaries,
    ];

    /// The word on the wire.
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

    /// The permission that a token without this scope does not carry, whatever its bearer's role may do. `None` for the scopes of identity.
    pub const fn permission(self) -> Option<Permission> {
        match self {
            Self::OpenId | Self::Email | Self::Profile | Self::OwnAccount => None,
            Self::ReadEmployees => Some(Permission::ReadEmployees),
            Self::WriteEmployees => Some(Permission::WriteEmployees),
            Self::ReadSalaries => Some(Permission::ReadSalaries),
        }
    }

    /// Whether a token of a person with this role may carry it. Scopes of identity are for every role.
    pub fn is_allowed_for(self, role: Role) -> bool {
        self.permission().is_none_or(|permission| role.may(permission))
    }

    /// Whether a machine may have it: a scope of a resource, and none that speaks of a person (row T9).
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
    fn every_scope_reads_what_it_writes() {
        for scope in AccessScope::ALL {
            assert_eq!(scope.as_str().parse(), Ok(scope));
            assert_eq!(serde_json::to_value(scope).unwrap(), scope.as_str());
        }
        assert_eq!("hr/employees".parse::<AccessScope>(), Err(UnknownScope));
    }

    /// G5: a scope of a resource is allowed for the roles that have its permission.
    #[test]
    fn a_scope_is_allowed_for_roles_that_may_use_it() {
        for role in Role::ALL {
            let allowed = AccessScope::ALL.into_iter().filter(|scope| scope.is_allowed_for(role));
            assert_eq!(allowed.count(), if role == Role::HrAdmin { 7 } else { 5 }, "{role:?}");
            assert!(AccessScope::OpenId.is_allowed_for(role));
            assert!(AccessScope::ReadEmployees.is_allowed_for(role));
        }
    }

    /// T9: no scope of a person is one of a resource.
    #[test]
    fn a_machine_has_no_scope_of_a_person() {
        for scope in AccessScope::ALL {
            assert_eq!(scope.is_of_a_resource(), scope.as_str().starts_with("hr/"), "{scope:?}");
        }
    }
}
