//! Sessions in the browser: the pages for devices and settings, the warning before the end, and links from other sites under both policies.
//!
//! The tests of this binary run at the same time and share the companies. Tests that change a policy do so at BetaCo, one after the other
//! (`POLICY`), and no other test here uses BetaCo. Two tests end sessions of other devices: no other test signs in as GammaCorp's
//! employee or manager.

use api_types::{Code, DemoAccount, SessionSettings, paths};
use domain::{Role, SessionPolicy};
use e2e::Stack;
use reqwest::Method;
use serde_json::json;
use tokio::sync::Mutex;

use crate::{
    browser::{Browser, in_a_browser},
    watch,
};

/// The session policy of BetaCo. Its owner may change it, and sets the standard policy again at its end.
static POLICY: Mutex<()> = Mutex::const_new(());

/// Signs in with the form, and asks for the device to be remembered. Then deletes the session cookie, as the browser does when it expires.
async fn leave_a_remembered_device(browser: &Browser, slug: &str, role: Role) -> DemoAccount {
    let account = browser.site.account(slug, role).await;
    browser.go(slug, "/sign-in").await;
    browser.see("[data-test=email]").await.send_keys(&account.email).await.expect("typed");
    browser.see("[data-test=password]").await.send_keys(&account.password).await.expect("typed");
    browser.click("[data-test=remember-me]").await;
    browser.click("[data-test=sign-in-submit]").await;
    browser.rows().await;
    let session = json!({ "name": "__Host-session", "url": browser.site.url(slug, "/") });
    watch::dev_tools(&browser.driver, "Network.deleteCookies", session).await;
    account
}

/// Sets the session policy of a company without a browser.
async fn set_policy(browser: &Browser, slug: &str, policy: SessionPolicy) {
    let admin = browser.site.sign_in(slug, Role::HrAdmin).await;
    let settings = SessionSettings { policy };
    admin.request(Method::PUT, paths::SESSION_SETTINGS).json(&settings).expect(200).await;
}

/// Follows a link to a company from a page of another site.
async fn follow_a_link(browser: &Browser, slug: &str, path: &str) {
    let link = format!(r#"<a href="{}">go</a>"#, browser.site.url(slug, path));
    browser.driver.goto(format!("data:text/html,{link}")).await.expect("a page");
    browser.click("a").await;
}

/// S4: the page lists the user's sessions; ending another one signs it out, and leaves this one.
#[tokio::test]
async fn a_user_signs_out_another_device() {
    in_a_browser(1280, async |browser| {
        let account = browser.site.account("gammacorp", Role::Employee).await;
        let elsewhere = browser.site.actor("gammacorp", Role::Employee).await;
        browser.sign_in_as("gammacorp", Role::Employee).await;
        browser.click("[data-test=nav-devices]").await;
        browser.see("[data-test=devices]").await;
        assert_eq!(browser.path().await, "/devices");
        let current: Vec<String> = browser
            .ask("return [...document.querySelectorAll('[data-test=session]')].filter((one) => !one.querySelector('button')).map((one) => one.innerText)")
            .await;
        assert!(matches!(&current[..], [one] if one.contains("This device") && one.contains("Chrome on Linux")), "{current:?}");
        browser.click("[data-test=end-others]").await;
        browser
            .wait_for::<bool>("one session", "return document.querySelectorAll('[data-test=session]').length === 1")
            .await;
        elsewhere.get(paths::SESSION).expect(401).await;
        browser.driver.refresh().await.unwrap();
        browser.see("[data-test=devices]").await;
        let viewer = browser.see("[data-test=viewer-name]").await;
        assert_eq!(viewer.text().await.unwrap(), account.name, "still signed in");
    })
    .await;
}

/// S4: an HR admin ends the sessions of a colleague on the colleague's page. Another role finds no such button.
#[tokio::test]
async fn an_hr_admin_signs_a_colleague_out() {
    in_a_browser(1280, async |browser| {
        let colleague = browser.site.actor("gammacorp", Role::Manager).await;
        let employee: api_types::SessionView =
            colleague.get(paths::SESSION).expect(200).await.json();
        let page = format!("/people/{}", employee.employee_id.unwrap());
        browser.sign_in_as("gammacorp", Role::HrAdmin).await;
        browser.go("gammacorp", &page).await;
        browser.see("[data-test=person-sessions] [data-test=session]").await;
        browser.click("[data-test=end-person-sessions]").await;
        browser
            .wait_for::<bool>(
                "no session",
                "return document.querySelectorAll('[data-test=session]').length === 0",
            )
            .await;
        colleague.get(paths::SESSION).expect(401).await;
        browser.expect_console_of_sign_out();
        browser.click("[data-test=sign-out]").await;
        browser.sign_in_as("gammacorp", Role::Auditor).await;
        browser.go("gammacorp", &page).await;
        browser.see("[data-test=employee]").await;
        assert!(!browser.has("[data-test=person-sessions], [data-test=nav-settings]").await);
    })
    .await;
}

/// C2: a link from another site carries the session under the standard policy, and does not under the strict one. The session itself goes on.
#[tokio::test]
async fn a_link_from_another_site_follows_the_policy() {
    let _policy = POLICY.lock().await;
    in_a_browser(1280, async |browser| {
        browser.expect_console("status of 401");
        browser.sign_in_as("betaco", Role::HrAdmin).await;
        browser.rows().await;
        let email = browser.site.account("betaco", Role::HrAdmin).await.email;
        follow_a_link(browser, "betaco", paths::SESSION).await;
        shows(browser, &email).await;
        browser.go("betaco", "/settings/sessions").await;
        browser.click("[data-test=session-settings] input[value=strict]").await;
        browser.click("[data-test=save-policy]").await;
        let in_force = "return document.querySelector('[data-test=policy-in-force]').innerText.includes('Strict')";
        browser.wait_for::<bool>("the strict policy", in_force).await;
        // The next response sets the strict cookie.
        browser.go("betaco", "/people").await;
        browser.rows().await;
        follow_a_link(browser, "betaco", paths::SESSION).await;
        shows(browser, Code::NotSignedIn.as_str()).await;
        browser.go("betaco", "/people").await;
        browser.rows().await;
        set_policy(browser, "betaco", SessionPolicy::Standard).await;
    })
    .await;
}

/// S2: a session of a remembered device changes the session policy after the user has entered the password again. A wrong password changes nothing.
#[tokio::test]
async fn a_change_of_the_policy_asks_for_the_password() {
    let _policy = POLICY.lock().await;
    in_a_browser(1280, async |browser| {
        browser.expect_console("status of 401");
        browser.expect_console("status of 403");
        let account = leave_a_remembered_device(browser, "betaco", Role::HrAdmin).await;
        let an_hour_ago = "update remembered_device set authenticated_at = authenticated_at - interval '1 hour'
             where tenant_id = (select id from platform.tenant where slug = 'betaco')";
        Stack::get().await.postgres.db_as_superuser(an_hour_ago).await;
        browser.go("betaco", "/people").await;
        browser.rows().await;
        browser.go("betaco", "/settings/sessions").await;
        browser.click("[data-test=session-settings] input[value=strict]").await;
        browser.click("[data-test=save-policy]").await;
        let enter = async |password: &str| {
            let input = browser.see("[data-test=step-up-password]").await;
            input.clear().await.unwrap();
            input.send_keys(password).await.unwrap();
            browser.click("[data-test=step-up-submit]").await;
        };
        enter("wrong").await;
        let reason = "return document.querySelector('[data-test=step-up-error]').innerText !== ''";
        browser.wait_for::<bool>("the reason", reason).await;
        enter(&account.password).await;
        let in_force = "return document.querySelector('[data-test=policy-in-force]').innerText.includes('Strict')";
        browser.wait_for::<bool>("the strict policy", in_force).await;
        assert!(!browser.ask::<bool>("return document.querySelector('[data-test=step-up]').open").await);
        set_policy(browser, "betaco", SessionPolicy::Standard).await;
    })
    .await;
}

/// Waits until the document contains a text.
async fn shows(browser: &Browser, text: &str) {
    let script = format!("return document.body.innerText.includes('{text}')");
    browser.wait_for::<bool>(text, &script).await;
}

/// C3: a remembered device is signed in again after its session cookie has expired; the test deletes that cookie. After a sign-out the user must sign in.
#[tokio::test]
async fn a_remembered_device_comes_back_signed_in() {
    in_a_browser(1280, async |browser| {
        browser.expect_console("status of 401");
        browser.expect_console_of_sign_out();
        leave_a_remembered_device(browser, "gammacorp", Role::Auditor).await;
        browser.go("gammacorp", "/people?sort=-number").await;
        browser.rows().await;
        assert_eq!(browser.path().await, "/people?sort=-number", "where the user wanted to go");
        browser.click("[data-test=sign-out]").await;
        browser.see("[data-test=sign-in]").await;
        let cookies = watch::cookies(&browser.driver).await;
        assert!(cookies.iter().all(|one| one["name"] != "__Host-remember"), "{cookies:?}");
        browser.go("gammacorp", "/people").await;
        browser.see("[data-test=sign-in-submit]").await;
    })
    .await;
}

/// S3: before the session ends for lack of use, the page asks; the answer keeps the session, and the dialog closes.
#[tokio::test]
async fn the_page_warns_before_an_unused_session_ends() {
    in_a_browser(1280, async |browser| {
        browser.sign_in_as("gammacorp", Role::Auditor).await;
        browser.rows().await;
        assert!(!browser.has("[data-test=idle-warning][open]").await);
        let later = "const now = Date.now; Date.now = () => now() + 107 * 60 * 1000;";
        browser.ask::<()>(later).await;
        browser.see("[data-test=idle-warning][open]").await;
        browser.click("[data-test=stay]").await;
        browser
            .wait_for::<bool>(
                "a closed dialog",
                "return !document.querySelector('[data-test=idle-warning]').open",
            )
            .await;
        browser.rows().await;
    })
    .await;
}

/// The new pages fit a phone screen: nothing is wider than it.
#[tokio::test]
async fn the_pages_about_sessions_fit_a_phone_screen() {
    in_a_browser(390, async |browser| {
        browser.sign_in_as("acme", Role::HrAdmin).await;
        for (path, seen) in [
            ("/devices", "[data-test=devices]"),
            ("/settings/sessions", "[data-test=session-settings]"),
        ] {
            browser.go("acme", path).await;
            browser.see(seen).await;
            let width: u32 = browser.ask("return document.documentElement.scrollWidth").await;
            assert!(width <= 390, "{path} is {width} pixels wide");
        }
    })
    .await;
}
