//! T7, T9: OAuth 2.1 and OpenID Connect, as an application and a browser meet them.

mod addresses;
mod again;
mod authorize;
mod client;
mod code;
mod hint;
mod logout;
mod machine;
mod metadata;
mod policy;
mod refresh;
mod revoke;
mod ticket;
mod user_info;

use api_types::{EmployeeRow, Page, paths};
use e2e::{Actor, Application, Company, LOGOUT_URI, REDIRECT_URI, Stack, token_part};
use serde_json::Value;

/// Every scope of a person.
const SCOPES: &str = "openid email profile hr/employees.read";

/// Somebody at the bare host, where applications ask.
fn bare(stack: &Stack) -> Actor {
    Actor::at(&stack.server, "")
}

/// An application without a secret that may get codes and refresh tokens.
async fn application(company: &Company, more: &str) -> Application {
    let scopes = SCOPES.replace(' ', " --scope ");
    let told = format!(
        "--flow code --flow REFRESH_TOKEN_AUTH --redirect-uri {REDIRECT_URI} --logout-uri {LOGOUT_URI} --scope {scopes} {more}"
    );
    company.application(&told).await
}

/// What a token says.
fn claims(token: &str) -> Value {
    token_part(token, 1)
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
