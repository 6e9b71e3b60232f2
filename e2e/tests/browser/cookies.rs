//! What a script in the page can read: never the session.

use api_types::{Code, Companies, paths};
use domain::Role;
use serde_json::{Value, json};

use crate::{browser::in_a_browser, watch};

/// C9: the browser holds the session cookie and the device cookie, and no script can read them: they are not in `document.cookie`, and all storage is empty.
#[tokio::test]
async fn no_script_can_read_the_session() {
    const STORES: &str = r"
        return Promise.all([indexedDB.databases(), caches.keys(), navigator.serviceWorker.getRegistrations()]).then(
            ([databases, caches, workers]) => ({
                cookie: document.cookie, local: { ...localStorage }, session: { ...sessionStorage },
                databases, caches, workers: workers.length,
            }));
    ";
    in_a_browser(1280, async |browser| {
        browser.sign_in_as("acme", Role::HrAdmin).await;
        browser.click("[data-test=row] a").await;
        browser.see("[data-test=employee]").await;
        let cookies = watch::cookies(&browser.driver).await;
        let names: Vec<&str> = cookies.iter().map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["__Host-device", "__Host-session"]);
        for cookie in &cookies {
            assert_eq!(
                [&cookie["httpOnly"], &cookie["secure"], &cookie["path"], &cookie["domain"]],
                [&json!(true), &json!(true), &json!("/"), &json!("acme.localhost")]
            );
        }
        let stores: Value = browser.ask(STORES).await;
        let empty = json!({
            "cookie": "", "local": {}, "session": {}, "databases": [], "caches": [], "workers": 0,
        });
        assert_eq!(stores, empty);
        let document = browser.document().await;
        for cookie in &cookies {
            let value = cookie["value"].as_str().unwrap();
            assert!(value.len() > 20 && !document.contains(value));
        }
    })
    .await;
}

/// C8: a form on another site that posts to a company is refused, and the user who is signed in there stays signed in.
#[tokio::test]
async fn a_form_on_another_site_is_refused() {
    in_a_browser(1280, async |browser| {
        browser.expect_console("status of 403");
        browser.sign_in_as("acme", Role::Employee).await;
        let before = browser.rows().await;
        let admin = browser.site.account("acme", Role::HrAdmin).await;
        // A form in plain text can send JSON: the name of its field holds the part before the `=`.
        let account = format!(r#"{{"email":"{}","password":"{}","x":""#, admin.email, admin.password);
        let form = format!(
            r#"<form method=post enctype=text/plain action="{}"><input name='{account}' value='"}}'><button>go</button></form>"#,
            browser.site.url("acme", paths::SESSION)
        );
        browser.driver.goto(format!("data:text/html,{form}")).await.unwrap();
        browser.click("button").await;
        let code = Code::CrossSiteRequest.as_str();
        browser
            .wait_for::<bool>("the refusal", &format!("return document.body.innerText.includes('{code}')"))
            .await;
        browser.go("acme", "/people").await;
        assert_eq!(browser.rows().await, before, "still the employee");
    })
    .await;
}

/// C9: the picker sets no cookie, and its API returns only the companies of the demonstration.
#[tokio::test]
async fn the_picker_sets_no_cookie() {
    in_a_browser(1280, async |browser| {
        browser.go("", "/").await;
        browser.see("[data-test=company-card]").await;
        let script = format!("return fetch('{}').then((reply) => reply.json())", paths::COMPANIES);
        let companies: Companies = browser.ask(&script).await;
        assert_eq!(companies.items.len(), 3);
        let held = watch::dev_tools(&browser.driver, "Network.getCookies", json!({})).await;
        assert_eq!(held["cookies"], json!([]));
    })
    .await;
}
