//! A token of a trusted issuer acts as the account that its subject is linked to.

use api_types::{EmployeeRow, Identity, Page, paths};
use domain::{AccessScope, Role};
use reqwest::Method;
use serde_json::json;

use super::{TrustingCompany, accepted, get_with_token, issuer::Issuer};

/// T11: configuration alone makes the product trust a real pool. Its token shows what the linked account may see, at the bare host and at the company's.
#[tokio::test]
async fn a_token_of_a_cognito_pool_acts_as_the_linked_account() {
    let trusting = TrustingCompany::a_pool().await;
    let TrustingCompany { company, issuer, server } = &trusting;
    for role in [Role::HrAdmin, Role::Manager, Role::Employee] {
        trusting.link(role.as_str(), role).await;
        let token = issuer.token(role.as_str());
        let at_home = company.visitor_on(server);
        for reply in [
            trusting.get(paths::EMPLOYEES, &token).await,
            get_with_token(&at_home, paths::EMPLOYEES, &token).await,
        ] {
            accepted(&reply);
            let page: Page<EmployeeRow> = reply.json();
            assert_eq!(page.total, company.numbers_seen_by(role).len() as u64, "{role:?}");
            // The token has no scope `hr/salaries.read`, so salaries are hidden even if the role may see them.
            assert!(page.items.iter().all(|row| row.salary.is_none()), "{role:?}");
        }
    }
}

/// T11: such a token allows only what both the account's role and the token's scopes allow.
#[tokio::test]
async fn a_token_of_an_external_issuer_allows_no_more_than_role_and_scopes() {
    let trusting = TrustingCompany::a_pool().await;
    trusting.link("admin", Role::HrAdmin).await;
    trusting.link("employee", Role::Employee).await;
    let token = |subject: &str, scope: &str| {
        let mut claims = trusting.issuer.claims(subject);
        claims["scope"] = json!(scope);
        trusting.issuer.key.sign(&claims)
    };
    let path = paths::employee(trusting.company.roster.employee());
    let edit = async |subject: &str, scope: &str| {
        let bearer = format!("Bearer {}", token(subject, scope));
        let home = trusting.company.visitor_on(&trusting.server);
        let request = home.request(Method::PATCH, &path).header("authorization", &bearer);
        request.header("if-match", "\"1\"").json(&json!({})).with_retry().send().await
    };
    let reply = edit("admin", "hr/employees.read").await;
    assert_eq!(reply.status, 403);
    assert!(reply.header("www-authenticate").unwrap().contains("insufficient_scope"));
    let reply = edit("employee", "hr/employees.read hr/employees.write").await;
    assert_eq!((reply.status, reply.header("www-authenticate")), (403, None));
    // The request is authorized: an error can only be about its content.
    let reply = edit("admin", "hr/employees.read hr/employees.write").await;
    assert!(![401, 403].contains(&reply.status), "{}", reply.text());
    let nothing = trusting.get(paths::EMPLOYEES, &token("admin", "elsewhere/all")).await;
    assert_eq!(nothing.status, 403);
}

/// T11: an issuer that is not a Cognito pool is trusted by an audience. Its scopes may be in `scp` instead of `scope`.
#[tokio::test]
async fn a_token_of_an_openid_issuer_is_accepted() {
    let members = r#""audience":"https://hr.example/api","max_token_minutes":30"#;
    let trusting = TrustingCompany::of(Issuer::start(), members).await;
    trusting.link("auth0|5f7c8ec7", Role::Auditor).await;
    let mut claims = trusting.issuer.claims("auth0|5f7c8ec7");
    let end = claims["iat"].as_i64().unwrap() + 1800;
    for name in ["token_use", "client_id", "scope"] {
        claims.as_object_mut().unwrap().remove(name);
    }
    for (name, value) in [
        ("aud", json!(["https://hr.example/api", "https://login.example/userinfo"])),
        ("exp", json!(end)),
        ("scp", json!(["hr/employees.read"])),
    ] {
        claims[name] = value;
    }
    accepted(&trusting.get(paths::EMPLOYEES, &trusting.issuer.key.sign(&claims)).await);
}

/// T11: whoami returns the token's claims, and the account that the subject is linked to.
#[tokio::test]
async fn whoami_returns_the_account_that_is_linked_to_the_subject() {
    let trusting = TrustingCompany::a_pool().await;
    trusting.link("2f6c", Role::Manager).await;
    let reply = trusting.get(paths::WHOAMI, &trusting.issuer.token("2f6c")).await;
    accepted(&reply);
    let identity: Identity = reply.json();
    assert_eq!((identity.sub.as_str(), identity.role), ("2f6c", Some(Role::Manager)));
    assert_eq!((identity.issuer, identity.pool_id), (trusting.issuer.url(), None));
    assert_eq!(identity.tenant_id, trusting.company.tenant);
    assert_eq!(identity.scopes.unwrap(), [AccessScope::OpenId, AccessScope::ReadEmployees]);
    assert!(identity.account_id.is_some() && identity.email.is_none());
}
