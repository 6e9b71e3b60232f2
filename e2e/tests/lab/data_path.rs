//! The requests of the matrix: every path on which data leaves the product.

use api_types::{at_pool, paths};
use domain::EmployeeId;
use e2e::Request;

use super::identity::{Identities, Identity};

/// A request for one data path.
pub(super) struct DataPath {
    /// The name of the path in the snapshot.
    pub(super) name: &'static str,
    pub(super) path: String,
    /// The host that receives the request.
    place: TargetHost,
    credential: Credential,
    /// Whether it carries the ETag of the user who asked first.
    pub(super) conditional: bool,
}

/// The host that receives a request.
#[derive(Clone, Copy)]
enum TargetHost {
    /// The host of the user's company.
    Own,
    /// The host of another company, with the cookie or token of the user's own.
    Foreign,
    /// The bare host, which names no company.
    Bare,
}

/// What a request carries as proof of who sends it.
#[derive(Clone, Copy)]
enum Credential {
    /// The cookie of the user's session.
    Session,
    /// The user's access token.
    Token,
    /// The cookie of a widget of the user's company.
    Widget,
}

impl DataPath {
    /// Every path that shows a company's data.
    pub(super) fn all(cast: &Identities) -> Vec<Self> {
        let list = |query: &str| format!("{}?{query}", paths::EMPLOYEES);
        let foreign: EmployeeId = cast.gammacorp.roster.employee();
        let twin: EmployeeId = cast.acme.roster.employee();
        vec![
            Self::at_own_host("list", list("sort=number&limit=200")),
            Self::at_own_host("count", list("limit=1")),
            Self::at_own_host("search", list("q=amara&sort=number")),
            Self::at_own_host("detail, same id in both", paths::employee(twin)),
            Self::at_own_host("detail, foreign id", paths::employee(foreign)),
            Self::at_own_host("departments", paths::DEPARTMENTS.to_owned()),
            Self::at_own_host("who am I", paths::SESSION.to_owned()),
            Self {
                conditional: true,
                ..Self::at_own_host("list, with another's ETag", list("sort=-number&limit=200"))
            },
            Self {
                place: TargetHost::Foreign,
                ..Self::at_own_host(
                    "list, at another company's host",
                    list("sort=number&limit=100"),
                )
            },
            Self {
                place: TargetHost::Foreign,
                ..Self::at_own_host(
                    "who am I, at another company's host",
                    paths::SESSION.to_owned(),
                )
            },
            Self::by_token("list, by token", TargetHost::Own, list("sort=name&limit=100")),
            Self::by_token(
                "list, by token, at the bare host",
                TargetHost::Bare,
                list("sort=name&limit=90"),
            ),
            Self::by_token(
                "detail, same id in both, by token",
                TargetHost::Bare,
                paths::employee(twin),
            ),
            Self::by_token(
                "list, by token, at another company's host",
                TargetHost::Foreign,
                list("sort=number&limit=80"),
            ),
            Self::by_token("userInfo, by token", TargetHost::Bare, paths::USER_INFO.to_owned()),
            Self {
                credential: Credential::Widget,
                ..Self::at_own_host("out today, by widget", paths::OUT_TODAY.to_owned())
            },
        ]
    }

    fn at_own_host(name: &'static str, path: String) -> Self {
        let (place, credential) = (TargetHost::Own, Credential::Session);
        Self { name, path, place, credential, conditional: false }
    }

    fn by_token(name: &'static str, place: TargetHost, path: String) -> Self {
        Self { place, credential: Credential::Token, ..Self::at_own_host(name, path) }
    }

    /// The request of this user while these locks are off. `first` is the ETag of the user who asked first.
    pub(super) fn request_by(&self, one: &Identity, off: &[&str], first: Option<&str>) -> Request {
        let actor = one.actor(off).clone();
        let actor = match self.place {
            TargetHost::Own => actor,
            TargetHost::Foreign => actor.with_host(&one.abroad),
            TargetHost::Bare => actor.with_host(&one.bare),
        };
        let path = at_pool(&self.path, &one.pool);
        let request = match self.credential {
            Credential::Session => actor.get(&path),
            Credential::Token => actor.get_with_token(&path, &one.token),
            Credential::Widget => actor.get(&path).cookie(&one.widget),
        };
        match first.filter(|_| self.conditional) {
            Some(etag) => request.header("if-none-match", etag),
            None => request,
        }
    }
}
