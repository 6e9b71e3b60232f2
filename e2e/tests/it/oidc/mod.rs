//! T7, T9: OAuth 2.1 and OpenID Connect, as applications and browsers use them.

mod addresses;
mod authorize;
mod client;
mod code;
mod id_token_hint;
mod logout;
mod machine;
mod metadata;
mod policy;
mod reauthentication;
mod refresh;
mod revoke;
mod ticket;
mod user_info;

use api_types::{EmployeeRow, Page, paths};
use e2e::{Actor, Application, Company, LOGOUT_URI, REDIRECT_URI, Stack, token_part};
use serde_json::Value;

/// The scopes of the usual application in these tests.
const SCOPES: &str = "openid email profile hr/employees.read";

/// A client at the bare host, where applications send their requests.
fn bare(stack: &Stack) -> Actor {
    Actor::at(&stack.server, "")
}

/// An application that may get codes and refresh tokens. It has no secret, unless `more` adds one.
async fn application(company: &Company, more: &str) -> Application {
    let scopes = SCOPES.replace(' ', " --scope ");
    let parameters = format!(
        "--flow code --flow REFRESH_TOKEN_AUTH --redirect-uri {REDIRECT_URI} --logout-uri {LOGOUT_URI} --scope {scopes} {more}"
    );
    company.application(&parameters).await
}

/// The claims of a token.
fn claims(token: &str) -> Value {
    token_part(token, 1)
}

/// Whether the list of employees accepts an access token. Fails if the list contains rows of another company.
async fn is_accepted(company: &Company, access_token: &str) -> bool {
    let reply =
        company.visitor().get_with_token(paths::EMPLOYEES, access_token).with_retry().send().await;
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
