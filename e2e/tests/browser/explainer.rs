//! The page about cookies, sessions and tokens: what it shows is what this browser holds, and each flag does what it should.
//!
//! These tests change no policy and end no session except their own second ones, so they run beside all others.

use api_types::routes;
use domain::Role;
use serde_json::Value;

use crate::{
    browser::{Browser, in_a_browser},
    watch,
};

/// Signs in and opens the page from the navigation.
async fn open(browser: &Browser, role: Role) {
    browser.sign_in_as("acme", role).await;
    browser.click("[data-test=nav-explainer]").await;
    browser.see("[data-test=held] tbody tr").await;
    assert_eq!(browser.path().await, routes::EXPLAINER);
}

/// The text of the first element of this kind.
async fn text_of(browser: &Browser, css: &str) -> String {
    let script = format!("return document.querySelector(`{css}`)?.textContent ?? null");
    browser.wait_for(&format!("text in `{css}`"), &script).await
}

/// Waits until the text of an element contains these words.
async fn shows(browser: &Browser, css: &str, words: &str) {
    let script =
        format!("return document.querySelector(`{css}`)?.textContent.includes(`{words}`) ?? false");
    browser.wait_for::<bool>(&format!("`{words}` in `{css}`"), &script).await;
}

/// C1, C9: the page shows the cookies that the browser has, with their sizes, and finds none of them in `document.cookie`. No value of a cookie is in the page.
#[tokio::test]
async fn the_page_shows_what_the_browser_holds() {
    in_a_browser(1280, async |browser| {
        open(browser, Role::HrAdmin).await;
        let held = watch::cookies(&browser.driver).await;
        assert!(held.iter().any(|cookie| cookie["name"] == "__Host-session"), "{held:?}");
        let document = browser.document().await;
        for cookie in &held {
            let (name, value) =
                (cookie["name"].as_str().unwrap(), cookie["value"].as_str().unwrap());
            let row = format!("[data-test=held] [data-test=\"cookie-{name}\"]");
            let size = text_of(browser, &format!("{row} [data-test=size]")).await;
            assert_eq!(size, format!("{} bytes", value.len()), "{name}");
            let script = text_of(browser, &format!("{row} [data-test=script]")).await;
            assert_eq!(script, "Cannot read it", "{name}");
            assert!(!document.contains(value), "the value of {name} is in the page");
        }
        let absent =
            text_of(browser, "[data-test=\"cookie-__Host-widget\"] [data-test=size]").await;
        assert_eq!(absent, "Not sent");
    })
    .await;
}

/// S1, S3: the record of the session is shown without ids, and its expiry counts down.
#[tokio::test]
async fn the_expiry_of_the_session_counts_down() {
    in_a_browser(1280, async |browser| {
        open(browser, Role::Manager).await;
        let account = text_of(browser, "[data-test=field-account]").await;
        assert!(account.contains("an id, not shown"), "{account}");
        let role = text_of(browser, "[data-test=field-role]").await;
        assert!(role.contains("manager"), "{role}");
        for end in ["idle-left", "absolute-left"] {
            let before = text_of(browser, &format!("[data-test={end}]")).await;
            let script = format!(
                "const now = document.querySelector('[data-test={end}]').textContent; return now !== `{before}` && now"
            );
            let after: String = browser.wait_for("a later countdown", &script).await;
            assert!(!after.starts_with("0:00:00"), "{end} was {before} and is {after}");
        }
    })
    .await;
}

/// S9: the lookups of one request of each kind are counted when the button is pressed, and not before.
#[tokio::test]
async fn the_lookups_are_counted_by_the_server() {
    const CELLS: &str = "return [...document.querySelectorAll('[data-test=lookups] tbody tr')].map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent))";
    in_a_browser(1280, async |browser| {
        open(browser, Role::HrAdmin).await;
        let before: Vec<[String; 3]> = browser.ask(CELLS).await;
        assert_eq!(before[0][0], "43 bytes");
        assert!(before[1..].iter().flatten().all(|cell| cell == "—"), "{before:?}");
        browser.click("[data-test=count-lookups]").await;
        shows(browser, "[data-test=lookups] [data-test=time] td", " ms").await;
        let [sizes, redis, postgres, elsewhere, times]: [[String; 3]; 5] = browser.ask(CELLS).await;
        let bytes = |text: &str| text.trim_end_matches(" bytes").parse::<usize>().unwrap();
        assert!(bytes(&sizes[0]) < 50 && bytes(&sizes[2]) > 500, "{sizes:?}");
        let count = |text: &str| text.parse::<u32>().unwrap();
        assert!(count(&redis[0]) > 0 && count(&redis[2]) > 0, "{redis:?}");
        assert_eq!((&*redis[1], &*postgres[1]), ("0", "0"), "a signature alone needs no lookup");
        assert!(elsewhere.iter().all(|count| count == "0"), "sessions are in Redis: {elsewhere:?}");
        assert!(times.iter().all(|time| time.ends_with(" ms")), "{times:?}");
    })
    .await;
}

/// S2, T5: the session and the access token are refused after their revocation, a verifier of signatures still accepts the token, and the user stays signed in.
#[tokio::test]
async fn the_comparison_ends_with_three_results() {
    in_a_browser(1280, async |browser| {
        browser.expect_console("status of 401");
        open(browser, Role::HrAdmin).await;
        browser.click("[data-test=compare]").await;
        for (credential, result) in
            [("session", "Refused"), ("token", "Refused"), ("signature", "Still accepted")]
        {
            let css = format!("[data-test=revoked-{credential}] [data-test=result]");
            let said = text_of(browser, &css).await;
            assert!(said.starts_with(result) && said.contains(" ms"), "{credential}: {said}");
        }
        let until = text_of(browser, "[data-test=revoked-signature] [data-test=result]").await;
        assert!(until.contains("until it expires in"), "{until}");
        browser.driver.refresh().await.unwrap();
        browser.see("[data-test=held] tbody tr").await;
    })
    .await;
}

/// C9: a script reads no session in `document.cookie`, and the browser refuses a `__Host-` cookie without `Secure`.
#[tokio::test]
async fn a_script_reads_no_session_and_sets_no_insecure_cookie() {
    in_a_browser(1280, async |browser| {
        open(browser, Role::HrAdmin).await;
        browser.click("[data-test=read-cookies]").await;
        let said = text_of(browser, "[data-test=http-only] [data-test=verdict]").await;
        assert!(said.starts_with("As it should be") && said.contains("__Host-session"), "{said}");
        assert!(said.contains("A script reads no cookie."), "{said}");
        browser.click("[data-test=set-cookie]").await;
        let said = text_of(browser, "[data-test=secure] [data-test=verdict]").await;
        assert!(said.starts_with("As it should be"), "{said}");
        let readable: String = browser.ask("return document.cookie").await;
        assert_eq!(readable, "", "the trial cookie is deleted");
    })
    .await;
}

/// C2, C8: with a link from another site the Lax cookie arrives and the Strict one does not. With a form neither arrives, and the API refuses it.
#[tokio::test]
async fn a_link_and_a_form_of_another_site_differ() {
    in_a_browser(1280, async |browser| {
        browser.expect_console("status of 403");
        open(browser, Role::Employee).await;
        let page = browser.driver.window().await.unwrap();
        let before = browser.driver.windows().await.unwrap();
        browser.click("[data-test=open-other-site]").await;
        let opened = e2e::until("a new tab", crate::browser::TIMEOUT, async || {
            let all = browser.driver.windows().await.ok()?;
            all.into_iter().find(|one| !before.contains(one))
        })
        .await;
        browser.driver.switch_to_window(opened).await.unwrap();
        browser.click("#link").await;
        shows(browser, "main", "cross-site").await;
        shows(browser, "main", "__Host-session").await;
        browser.driver.back().await.unwrap();
        browser.click("form button").await;
        shows(browser, "main", "No cookie of the product arrived").await;
        browser.driver.switch_to_window(page).await.unwrap();
        for (cookie, side, said) in [
            ("__Host-session", "link", "Arrived"),
            ("__Host-device", "link", "Did not arrive"),
            ("__Host-session", "form", "Did not arrive"),
            ("__Host-device", "form", "Did not arrive"),
        ] {
            let css = format!("[data-test=\"arrival-{cookie}\"] [data-test={side}]");
            shows(browser, &css, said).await;
        }
        shows(browser, "[data-test=form-refused]", "403 cross_site_request").await;
    })
    .await;
}

/// P12: on a screen 390 pixels wide nothing is wider than it, and every control of the page is reached with the keyboard.
#[tokio::test]
async fn the_page_fits_a_phone_screen() {
    const FOCUSABLE: &str = "return [...document.querySelectorAll('[data-test=explainer] :is(button, a)')].map((one) => [one.tabIndex, one.tagName])";
    in_a_browser(390, async |browser| {
        open(browser, Role::Employee).await;
        browser.click("[data-test=count-lookups]").await;
        shows(browser, "[data-test=lookups] [data-test=time] td", " ms").await;
        let width: u32 = browser.ask("return document.documentElement.scrollWidth").await;
        assert!(width <= 390, "the page is {width} wide");
        let controls: Vec<(i32, Value)> = browser.ask(FOCUSABLE).await;
        assert!(controls.len() >= 6, "{controls:?}");
        assert!(controls.iter().all(|(index, _)| *index == 0), "{controls:?}");
    })
    .await;
}
