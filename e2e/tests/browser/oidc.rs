//! T7: an application sends a browser to the company and gets it back with a code, and later signed out.

use api_types::{at_pool, paths};
use domain::Role;
use e2e::{Pkce, Stack};
use serde_json::Value;

use crate::browser::{Browser, in_a_browser};

/// The redirect address of the application. A page of the bare host takes the place of the application.
fn address(browser: &Browser) -> String {
    browser.site.url("", paths::LIVE)
}

/// Registers an application of Acme; returns its id and the id of the pool.
async fn application(browser: &Browser) -> (String, domain::PoolId) {
    let address = address(browser);
    let parameters = [
        "client",
        "put",
        "--company",
        "acme",
        "--name",
        "Browser",
        "--flow",
        "code",
        "--scope",
        "openid",
        "--redirect-uri",
        &address,
        "--logout-uri",
        &address,
    ];
    let said = Stack::get().await.server_config().run(&parameters).await.succeeded();
    let said: Value = serde_json::from_str(&said).expect("JSON");
    let text = |name: &str| said[name].as_str().expect(name);
    (text("client_id").to_owned(), text("pool_id").parse().expect("a pool id"))
}

fn with(path: &str, fields: &[(&str, &str)]) -> String {
    let pairs = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    format!("{path}?{pairs}")
}

/// The query that the application receives, once the browser has come back to it.
async fn received_query(browser: &Browser) -> String {
    let back = "return location.pathname === '/healthz/live' && location.search";
    browser.wait_for("the browser to come back to the application", back).await
}

/// T7, C2: an application sends the user to the company's own sign-in page, which returns to the application with a code. The second time no
/// sign-in is needed. A link that signs out asks first, and returns to the application too.
#[tokio::test]
async fn the_browser_returns_to_the_application_after_signing_in() {
    in_a_browser(1280, async |browser| {
        browser.expect_console_of_sign_out();
        let ((client, pool), pkce) = (application(browser).await, Pkce::fresh());
        let address = address(browser);
        let asked = with(
            &at_pool(paths::AUTHORIZE, &pool),
            &[
                ("response_type", "code"),
                ("client_id", &client),
                ("redirect_uri", &address),
                ("code_challenge", &pkce.challenge),
                ("code_challenge_method", "S256"),
                ("state", "a & b"),
            ],
        );
        browser.go("acme", &asked).await;
        assert!(browser.path().await.starts_with("/sign-in?next="));
        browser.click(&format!("[data-test=demo-{}]", Role::HrAdmin.as_str())).await;
        let first = received_query(browser).await;
        assert!(first.contains("code=") && first.contains("state=a+%26+b"), "{first}");
        assert!(first.contains("iss=http"), "{first}");
        browser.go("acme", &asked).await;
        let second = received_query(browser).await;
        assert!(second.contains("code=") && second != first, "no second sign-in");

        let leave = with(
            &at_pool(paths::LOGOUT, &pool),
            &[("client_id", &client), ("post_logout_redirect_uri", &address), ("state", "gone")],
        );
        browser.go("acme", &leave).await;
        browser.click("form button").await;
        assert_eq!(received_query(browser).await, "?state=gone");
        browser.go("acme", "/people").await;
        browser.see("[data-test=sign-in]").await;
    })
    .await;
}
