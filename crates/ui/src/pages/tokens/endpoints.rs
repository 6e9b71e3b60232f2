//! The endpoints that a token can be sent to, and a short summary of their replies.

use api_types::{EmployeeRow, Identity, Page, UserInfo, at_pool, paths};
use domain::PoolId;

use crate::{client::read, text::people};

/// An endpoint that a token can be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Endpoint {
    /// Returns what the token says. Accepts both signed tokens.
    Whoami,
    /// Returns employees, the data of the product. Accepts access tokens.
    Employees,
    /// Returns who the user is. Accepts access tokens.
    UserInfo,
}

impl Endpoint {
    /// All endpoints, in the order of the columns.
    pub(super) const ALL: [Self; 3] = [Self::Whoami, Self::Employees, Self::UserInfo];

    /// The name on the screen.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Whoami => "whoami",
            Self::Employees => "employees",
            Self::UserInfo => "userInfo",
        }
    }

    /// The path of the endpoint; `pool` is the pool that issued the token.
    pub(super) fn path(self, pool: &PoolId) -> String {
        match self {
            Self::Whoami => paths::WHOAMI.to_owned(),
            Self::Employees => format!("{}?limit=1", paths::EMPLOYEES),
            Self::UserInfo => at_pool(paths::USER_INFO, pool),
        }
    }

    /// A short summary of the body of a reply; empty if it cannot be read.
    pub(super) fn summary(self, body: &str) -> String {
        let summary = match self {
            Self::Whoami => read(body).map(|identity: Identity| who(&identity)),
            Self::Employees => read(body).map(|page: Page<EmployeeRow>| people(page.total)),
            Self::UserInfo => read(body).map(|person: UserInfo| {
                person.email.map_or_else(|| person.sub.to_string(), |email| email.to_string())
            }),
        };
        summary.unwrap_or_default()
    }
}

/// The e-mail address from an ID token. An access token contains none, and the server says why.
fn who(identity: &Identity) -> String {
    match (&identity.email, &identity.no_email_reason) {
        (Some(email), _) => email.to_string(),
        (None, Some(reason)) => format!("no e-mail: {reason}"),
        (None, None) => identity.sub.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_of_the_pool_has_the_path_of_the_pool() {
        let pool = "eu-local-1_AcmeCorp1".parse().unwrap();
        assert_eq!(Endpoint::UserInfo.path(&pool), "/eu-local-1_AcmeCorp1/oauth2/userInfo");
        assert_eq!(Endpoint::Whoami.path(&pool), paths::WHOAMI);
    }
}
