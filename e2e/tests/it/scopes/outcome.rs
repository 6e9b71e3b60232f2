//! The outcome of a request, as the table shows it.

use api_types::{Code, OauthProblem, Problem, paths};
use e2e::Reply;
use serde_json::{Map, Value};

use super::route::Route;

/// The status, the error code, and the parts of the answer that depend on the scopes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Outcome(pub(super) String);

impl Outcome {
    /// Reads a reply. Fails if it is a 5xx.
    pub(super) fn of(route: &Route, reply: &Reply) -> Self {
        let status = reply.status;
        assert!(status < 500, "{route}: {status}\n{}", reply.text());
        let kind = reply.header("content-type").unwrap_or_default();
        Self(if kind.starts_with("application/problem+json") {
            of_problem(reply)
        } else if status >= 400 {
            let refused = serde_json::from_slice::<OauthProblem>(&reply.body).ok();
            let error = refused.and_then(|refused| serde_json::to_value(refused.error).ok());
            let word = error.as_ref().and_then(Value::as_str).map(|word| format!(" `{word}`"));
            format!("{status}{}", word.unwrap_or_default())
        } else {
            format!("{status}{}", shown(route, reply))
        })
    }
}

fn of_problem(reply: &Reply) -> String {
    let parameters: Problem = reply.json();
    let problem = reply.problem(parameters.code);
    let text = format!("{} `{}`", problem.status, problem.code.as_str());
    if problem.code != Code::InsufficientScope {
        return text;
    }
    let missing: Vec<&str> = problem.detail.split('`').skip(1).step_by(2).collect();
    let challenge = reply.header("www-authenticate").unwrap_or_default();
    assert!(challenge.starts_with("Bearer error=\"insufficient_scope\", scope=\""), "{challenge}");
    assert!(!missing.is_empty() && missing.iter().all(|scope| challenge.contains(scope)));
    format!("{text}: `{}` missing", missing.join("`, `"))
}

/// The parts of a successful answer that depend on the scopes: salaries, or claims of the user.
fn shown(route: &Route, reply: &Reply) -> String {
    if route.path == paths::USER_INFO {
        let claims: Map<String, Value> = reply.json();
        let names = claims.keys().filter(|name| ["email", "name"].contains(&name.as_str()));
        let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        let with = if names.is_empty() { "" } else { " with " };
        return format!("{with}{}", names.join(", "));
    }
    let salaries = reply.text().contains("\"salary\":");
    (if salaries { " with salaries" } else { "" }).to_owned()
}
