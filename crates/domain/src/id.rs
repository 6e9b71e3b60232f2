//! Typed ids: a tenant's id cannot be passed where an employee's id is expected.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::{Uuid, fmt::Hyphenated};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps the UUID under which the row is stored.
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The UUID under which the row is stored.
            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            /// Accepts only the hyphenated form (RFC 9562 §4), in either case: not `{uuid}`, `urn:uuid:` or 32 digits.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse::<Hyphenated>().map(|id| Self(id.into_uuid()))
            }
        }
    };
}

id! {
    /// The id of one tenant. Every row, cache key and session belongs to exactly one tenant.
    TenantId
}
id! {
    /// The id of an account that can sign in to one tenant. A person at two tenants has two accounts.
    AccountId
}
id! {
    /// The id of one employment at one tenant.
    EmployeeId
}
id! {
    /// The id of a department of one tenant.
    DepartmentId
}
id! {
    /// The id of a widget of one tenant, which another site embeds.
    WidgetId
}

id! {
    /// The id of the sign-in that a chain of tokens comes from: the claim `origin_jti`, and the id of the refresh token family.
    OriginId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_round_trips() {
        let id = TenantId::from_uuid(Uuid::from_u128(42));
        assert_eq!(id.to_string().parse::<TenantId>(), Ok(id));
    }

    /// T6: an id is written in one form.
    #[test]
    fn a_malformed_id_is_refused() {
        let id = Uuid::from_u128(42);
        for odd in [
            "acme".to_owned(),
            id.simple().to_string(),
            id.urn().to_string(),
            id.braced().to_string(),
            format!(" {id}"),
        ] {
            assert!(odd.parse::<TenantId>().is_err(), "{odd}");
        }
    }
}
