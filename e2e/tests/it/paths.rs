//! The paths of the product, and paths that do not exist.

use api_types::{Code, paths};
use e2e::{Actor, Company, Stack};
use reqwest::Method;
use serde_json::Value;

const METHODS: [Method; 6] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// The OpenAPI document, which needs no session.
async fn document() -> Value {
    let acme = Company::fresh(Stack::get().await).await;
    acme.visitor().get(paths::OPENAPI).expect(200).await.json()
}

/// Every path of `api_types::paths` is described, with exactly the methods that it answers.
#[tokio::test]
async fn every_path_is_described_with_the_methods_it_answers() {
    let (document, acme) = (document().await, Company::fresh(Stack::get().await).await);
    let id = acme.roster.hr_admin().to_string();
    let pool = acme.application("--flow REFRESH_TOKEN_AUTH").await.pool;
    let concrete = |path: &str| path.replace("{id}", &id).replace("{pool_id}", pool.as_str());
    let described = document["paths"].as_object().unwrap();
    for path in [
        paths::EMPLOYEES,
        paths::DEPARTMENTS,
        paths::SESSION,
        paths::SESSIONS,
        paths::TOKENS,
        paths::INSPECT_TOKEN,
        paths::OUTBOX,
        paths::EXPLAINER,
        paths::LOOKUPS,
        paths::SECOND_SESSION,
        paths::ARRIVAL,
        paths::OTHER_SITE,
        paths::WHOAMI,
        paths::COMPANY,
        paths::COMPANIES,
        paths::OPENAPI,
        paths::LIVE,
        paths::READY,
        paths::DISCOVERY,
        paths::JWKS,
        paths::AUTHORIZE,
        paths::TOKEN,
        paths::USER_INFO,
        paths::REVOKE,
        paths::LOGOUT,
        paths::LOGOUT_CONFIRMED,
        paths::AUTHORIZATION_SERVER,
        paths::DISCOVERY_BEFORE_PATH,
    ] {
        assert!(described.contains_key(path), "{path} is not described");
    }
    for (path, operations) in described {
        // Some of these requests sign out.
        let admin = acme.hr_admin().await;
        let known = |method: &Method| {
            operations.get(method.as_str().to_lowercase()).is_some()
                || *method == Method::HEAD && operations.get("get").is_some()
        };
        for method in METHODS {
            let reply = admin
                .request(method.clone(), &concrete(path))
                .json(&serde_json::json!({}))
                .send()
                .await;
            if known(&method) {
                assert_ne!(reply.status, 405, "{method} {path} is described and not answered");
            } else {
                assert_eq!(reply.status, 405, "{method} {path} is answered and not described");
                if method != Method::HEAD {
                    reply.problem(Code::MethodNotAllowed);
                }
            }
        }
    }
}

/// Every reference in the OpenAPI document points to an existing part of it.
#[tokio::test]
async fn every_reference_in_the_description_resolves() {
    let document = document().await;
    let text = document.to_string();
    for reference in text.split("\"#/").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document.pointer(&format!("/{reference}")).is_some(), "{reference}");
    }
    assert!(text.contains("__Host-session"), "the document must name the session cookie");
}

/// An unknown path is 404 with a problem, whatever the method, also for a signed-in user.
#[tokio::test]
async fn an_unknown_path_is_not_found() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let admin = acme.hr_admin().await;
    for path in [
        "/api/v1/nothing",
        "/api/v1/",
        "/api/v2/employees",
        "/api/v1/employees/",
        "/api/v1//employees",
        "/api/v1/employees/x/y",
        "/API/V1/EMPLOYEES",
        "/metrics",
        "/lab/locks",
        "/.env",
        "/.git/config",
        "/api/v1/../../etc/passwd",
        "/api/v1/%2e%2e/employees",
    ] {
        for method in [Method::GET, Method::POST] {
            admin
                .request(method, path)
                .header("accept", "application/json")
                .expect(404)
                .await
                .problem(Code::NotFound);
        }
    }
}

/// Without a session, every path with company data answers 401 with a challenge.
#[tokio::test]
async fn without_a_session_every_path_with_tenant_data_answers_401() {
    let acme = Company::fresh(Stack::get().await).await;
    for path in [
        paths::EMPLOYEES,
        paths::DEPARTMENTS,
        paths::SESSION,
        &paths::employee(acme.roster.hr_admin()),
    ] {
        let reply = acme.visitor().get(path).expect(401).await;
        reply.problem(Code::NotSignedIn);
        assert!(
            reply.headers.contains_key("www-authenticate"),
            "RFC 9110 §15.5.2 requires a challenge"
        );
    }
}

/// The page to try the API on is served with its own content security policy.
#[tokio::test]
async fn the_page_to_try_the_api_on_has_its_own_policy() {
    let acme = Company::fresh(Stack::get().await).await;
    let page = acme.visitor().get(&format!("{}/", paths::DOCS)).expect(200).await;
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert!(page.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
}

/// A visitor sees a company's name and nothing about its employees. The list of companies is not public.
#[tokio::test]
async fn a_visitor_sees_only_the_name_of_a_company() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let face: Value = acme.visitor().get(paths::COMPANY).expect(200).await.json();
    assert_eq!(face["slug"], acme.slug.as_str());
    assert!(face.get("headcount").is_none(), "the headcount is not public: {face}");
    assert_eq!(face["demo_accounts"], serde_json::json!([]));
    for visitor in [Actor::at(&stack.server, ""), acme.visitor()] {
        visitor.get(paths::COMPANIES).expect(404).await.problem(Code::NotFound);
    }
}

/// Health checks answer on any host, because a prober knows no company's host.
#[tokio::test]
async fn health_answers_on_any_host() {
    let stack = Stack::get().await;
    for host in ["localhost:8080", "127.0.0.1:8080", "10.0.0.7", "health.internal"] {
        let probe = Actor::at(&stack.server, "").with_host(host);
        probe.get(paths::LIVE).expect(200).await;
        let ready: api_types::Readiness = probe.get(paths::READY).expect(200).await.json();
        assert!(
            ready.ready && ready.checks.len() == 3 && ready.checks.iter().all(|check| check.ok),
            "{ready:?}"
        );
    }
}
