//! T7, T9: OAuth 2.1 and OpenID Connect, as an application and a browser meet them.

mod again;
mod authorize;
mod client;
mod code;
mod logout;
mod machine;
mod metadata;
mod refresh;
mod revoke;
mod user_info;

use api_types::{EmployeeRow, Page, paths};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use e2e::{Actor, Application, Company, LOGOUT_URI, REDIRECT_URI, Stack};
use serde_json::Value;

/// Every scope of a person.
const SCOPES: &str = "openid email profile hr/employees.read";

/// Somebody at the bare host, where applications ask.
fn bare(stack: &Stack) -> Actor {
    Actor::at(&stack.server, "")
}

/// An application without a secret that may get codes and refresh tokens.
async fn application(company: &Company, more: &str) -> Application {
    let scopes =
        SCOPES.split(' ').map(|scope| format!(" --scope {scope}")).collect::<Vec<_>>().concat();
    let told = format!(
        "--flow code --flow REFRESH_TOKEN_AUTH --redirect-uri {REDIRECT_URI} --logout-uri {LOGOUT_URI}{scopes} {more}"
    );
    company.application(&told).await
}

/// What a token says. Only its verifier may believe it; here it is what is looked at.
fn claims(token: &str) -> Value {
    part(token, 1)
}

/// A part of a token, read.
fn part(token: &str, at: usize) -> Value {
    let part = token.split('.').nth(at).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// Whether an access token opens the list of employees of its company.
async fn is_good(company: &Company, access_token: &str) -> bool {
    let reply = company.visitor().bearing(paths::EMPLOYEES, access_token).patient().send().await;
    match reply.status {
        200 => {
            let page: Page<EmployeeRow> = reply.json();
            assert!(page.items.iter().all(|row| row.email.contains(company.canary.as_str())));
            true
        }
        401 => {
            let challenge = reply.header("www-authenticate").unwrap();
            assert!(challenge.starts_with("Bearer error=\"invalid_token\""), "{challenge}");
            false
        }
        status => panic!("{status}: {}", reply.text()),
    }
}
