//! C6: the page of a widget may be embedded by its own site only, and contains nothing.

use e2e::{Company, Stack, Widget};
use reqwest::Method;
use uuid::Uuid;

use super::SITE;

/// C6: the policy names the one site. The page is the same for every company and contains no name.
#[tokio::test]
async fn a_page_may_be_embedded_by_its_own_site_only() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let widget = Widget::create(&acme.hr_admin().await, SITE).await;
    let other = Widget::create(&betaco.hr_admin().await, "https://other.example:8443").await;
    let page = acme.visitor().get(&widget.page()).expect(200).await;
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.ends_with(&format!("; frame-ancestors {SITE}")), "{policy}");
    assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("x-frame-options"), None);
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.set_cookies().is_empty());
    let head = acme.visitor().request(Method::HEAD, &widget.page()).expect(200).await;
    assert_eq!(head.header("content-security-policy"), Some(policy));
    let same = betaco.visitor().get(&other.page()).expect(200).await;
    assert_eq!(same.text(), page.text());
    let policy = same.header("content-security-policy").unwrap();
    assert!(policy.ends_with("; frame-ancestors https://other.example:8443"), "{policy}");
}

/// C6: an unknown, a removed, a foreign and a malformed id get the reply of a page that does not exist, which no site may embed.
#[tokio::test]
async fn another_page_cannot_be_embedded() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let [removed, widget] =
        [Widget::create(&admin, SITE).await, Widget::create(&admin, SITE).await];
    admin.request(Method::DELETE, &removed.path()).expect(204).await;
    let foreign = Widget::create(&betaco.hr_admin().await, SITE).await;
    let visitor = acme.visitor();
    for path in [
        removed.page(),
        foreign.page(),
        format!("/widget/{}", Uuid::new_v4()),
        "/widget/x".to_owned(),
        "/widget/".to_owned(),
        "/widget".to_owned(),
        format!("{}/x", widget.page()),
        "/".to_owned(),
        "/settings/widgets".to_owned(),
    ] {
        let reply = visitor.get(&path).send().await;
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        if path.starts_with("/widget") {
            assert_eq!(reply.status, 404, "{path}");
        }
    }
    visitor.get(&widget.page()).expect(200).await;
    visitor.request(Method::POST, &widget.page()).expect(405).await;
}
