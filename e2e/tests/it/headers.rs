//! The security headers of every answer (ASVS 3.4, 14.3).

use api_types::paths;
use e2e::{Actor, Company, Reply, Stack};
use reqwest::Method;

fn has_security_headers(reply: &Reply, what: &str) {
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{what}");
    assert_eq!(reply.header("cross-origin-opener-policy"), Some("same-origin"), "{what}");
    assert!(
        matches!(
            reply.header("referrer-policy"),
            Some("same-origin" | "no-referrer" | "strict-origin")
        ),
        "{what}"
    );
    let policy = reply.header("content-security-policy").unwrap_or_default();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{what}: {policy}"
    );
    assert!(reply.header("x-request-id").is_some_and(|id| id.len() >= 16), "{what}");
    for chatty in ["server", "x-powered-by", "via"] {
        assert_eq!(reply.header(chatty), None, "{what}");
    }
}

/// Every answer has the security headers: a success, a refusal, an error of a library, a page that does not exist.
#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let admin = acme.hr_admin().await;
    let nowhere = Actor::at(&stack.server, "").with_host("evil.example");
    let replies = [
        admin.get(paths::EMPLOYEES).expect(200).await,
        admin.get(paths::SESSION).expect(200).await,
        admin.request(Method::HEAD, paths::DEPARTMENTS).expect(200).await,
        admin.get("/api/v1/employees/nobody").expect(404).await,
        admin.get("/api/v1/employees?limit=0").expect(400).await,
        admin.request(Method::PUT, paths::EMPLOYEES).expect(405).await,
        acme.visitor().get(paths::EMPLOYEES).expect(401).await,
        acme.visitor()
            .request(Method::POST, paths::SESSION)
            .header("content-type", "application/json")
            .body("{")
            .expect(400)
            .await,
        admin.request(Method::DELETE, paths::SESSION).header("origin", "null").expect(403).await,
        nowhere.get(paths::EMPLOYEES).expect(421).await,
        nowhere.get(paths::LIVE).expect(200).await,
        nowhere.get("/nothing.here").expect(404).await,
    ];
    for reply in replies {
        has_security_headers(&reply, &format!("{} {}", reply.status, reply.text()));
    }
}

/// No cache, neither a shared one nor the browser's, may store personal JSON or a refusal.
#[tokio::test]
async fn no_cache_may_store_personal_json() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    for path in [
        paths::EMPLOYEES,
        paths::DEPARTMENTS,
        paths::SESSION,
        &paths::employee(acme.roster.hr_admin()),
        "/api/v1/employees/nobody",
    ] {
        let reply = admin.get(path).send().await;
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{path}");
    }
    let reply = admin.get(paths::EMPLOYEES).expect(200).await;
    let vary = reply.header("vary").unwrap().to_lowercase();
    assert!(vary.contains("cookie") && vary.contains("accept-encoding"), "{vary}");
}

/// The server makes the request id and ignores one that the client sends, so a client cannot forge log entries.
#[tokio::test]
async fn a_request_id_is_never_chosen_by_the_client() {
    let acme = Company::fresh(Stack::get().await).await;
    let sent = "forged-forged-forged";
    let [one, other] = [
        acme.visitor().get(paths::COMPANY).header("x-request-id", sent).send().await,
        acme.visitor().get(paths::COMPANY).send().await,
    ];
    assert!(
        one.header("x-request-id") != Some(sent)
            && one.header("x-request-id") != other.header("x-request-id")
    );
}
