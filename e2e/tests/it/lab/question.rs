//! What is asked: every way in which data leaves the product today.

use api_types::paths;
use domain::EmployeeId;
use e2e::{Actor, Request};

use super::identity::Cast;

/// One data path.
pub(super) struct Question {
    /// As it stands in the snapshot.
    pub(super) name: &'static str,
    pub(super) path: String,
    /// At whose host it is asked with one's own cookie; at one's own, unless this says otherwise.
    pub(super) carried_to: Option<String>,
    /// Whether the ETag of whoever asked first is sent along.
    pub(super) conditional: bool,
}

impl Question {
    /// Every path that shows a company's data.
    pub(super) fn all(cast: &Cast) -> Vec<Self> {
        let list = |query: &str| format!("{}?{query}", paths::EMPLOYEES);
        let foreign: EmployeeId = cast.gammacorp.roster.employee();
        let twin: EmployeeId = cast.acme.roster.employee();
        let at_acme = cast.acme.visitor().host().to_owned();
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
                carried_to: Some(at_acme.clone()),
                ..Self::at_home("list, cookie carried to Acme", list("sort=number&limit=100"))
            },
            Self {
                carried_to: Some(at_acme),
                ..Self::at_home("who am I, cookie carried to Acme", paths::SESSION.to_owned())
            },
        ]
    }

    fn at_home(name: &'static str, path: String) -> Self {
        Self { name, path, carried_to: None, conditional: false }
    }

    /// The request, as this one asks it.
    pub(super) fn asked_by(&self, actor: &Actor, first: Option<&str>) -> Request {
        let actor = match &self.carried_to {
            Some(host) => actor.clone().carried_to(host),
            None => actor.clone(),
        };
        let request = actor.get(&self.path);
        match first.filter(|_| self.conditional) {
            Some(etag) => request.header("if-none-match", etag),
            None => request,
        }
    }
}
