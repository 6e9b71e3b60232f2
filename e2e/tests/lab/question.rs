//! What is asked: every way in which data leaves the product today.

use api_types::paths;
use domain::EmployeeId;
use e2e::Request;

use super::identity::{Cast, Identity};

/// One data path.
pub(super) struct Question {
    /// As it stands in the snapshot.
    pub(super) name: &'static str,
    pub(super) path: String,
    /// Whether it is asked with one's own cookie at another company's host.
    pub(super) carried: bool,
    /// Whether the ETag of whoever asked first is sent along.
    pub(super) conditional: bool,
}

impl Question {
    /// Every path that shows a company's data.
    pub(super) fn all(cast: &Cast) -> Vec<Self> {
        let list = |query: &str| format!("{}?{query}", paths::EMPLOYEES);
        let foreign: EmployeeId = cast.gammacorp.roster.employee();
        let twin: EmployeeId = cast.acme.roster.employee();
        vec![
            Self::at_home("list", list("sort=number&limit=200")),
            Self::at_home("count", list("limit=1")),
            Self::at_home("search", list("q=amara&sort=number")),
            Self::at_home("detail, same id in both", paths::employee(twin)),
            Self::at_home("detail, foreign id", paths::employee(foreign)),
            Self::at_home("departments", paths::DEPARTMENTS.to_owned()),
            Self::at_home("who am I", paths::SESSION.to_owned()),
            Self {
                conditional: true,
                ..Self::at_home("list, with another's ETag", list("sort=-number&limit=200"))
            },
            Self {
                carried: true,
                ..Self::at_home("list, at another company's host", list("sort=number&limit=100"))
            },
            Self {
                carried: true,
                ..Self::at_home("who am I, at another company's host", paths::SESSION.to_owned())
            },
        ]
    }

    fn at_home(name: &'static str, path: String) -> Self {
        Self { name, path, carried: false, conditional: false }
    }

    /// The request, as this one asks it while these locks are off.
    pub(super) fn asked_by(&self, one: &Identity, off: &[&str], first: Option<&str>) -> Request {
        let actor = one.actor(off).clone();
        let actor = if self.carried { actor.carried_to(&one.abroad) } else { actor };
        let request = actor.get(&self.path);
        match first.filter(|_| self.conditional) {
            Some(etag) => request.header("if-none-match", etag),
            None => request,
        }
    }
}
