//! Signing out, and what the Back button finds afterwards.

use domain::Role;
use thirtyfour::WindowHandle;

use crate::{
    browser::{Browser, in_a_browser},
    watch,
};

/// Logs an error when a document shows a row or a person, even for a moment.
const NOTE_PEOPLE: &str = r#"
new MutationObserver(() => {
    const found = document.querySelector('[data-test=row], [data-test=employee]');
    if (found) console.error("a person is shown:", found.textContent);
}).observe(document, { childList: true, subtree: true });
"#;

/// The names, e-mail addresses and ids of the people in the directory, without the demo accounts that the sign-in page shows.
async fn people_on_screen(browser: &Browser) -> Vec<String> {
    let known = browser.site.company_data("acme").await.demo_accounts;
    let rows = browser.rows().await;
    let strangers =
        rows.into_iter().filter(|row| known.iter().all(|account| account.name != row.name));
    let words: Vec<String> = strangers.flat_map(|row| [row.name, row.email, row.id]).collect();
    assert!(words.len() > 30, "the directory shows people");
    words
}

async fn shows_no_person(browser: &Browser, people: &[String], when: &str) {
    let document = browser.document().await;
    let left: Vec<_> = people.iter().filter(|word| document.contains(word.as_str())).collect();
    assert!(left.is_empty(), "{when}: {left:?}");
    assert!(
        !browser.has("[data-test=row], [data-test=employee], [data-test=viewer-name]").await,
        "{when}"
    );
}

/// P1, C9: after signing out, Back (once for each earlier page) and reload show the sign-in page and no person of the company, not even for a
/// moment. The session cookie is gone; the device cookie stays (row G2).
#[tokio::test]
async fn the_back_button_shows_no_person_after_signing_out() {
    in_a_browser(1280, async |browser| {
        browser.expect_console_of_sign_out();
        browser.sign_in_as("acme", Role::HrAdmin).await;
        let people = people_on_screen(browser).await;
        browser.click("[data-test=sort-number]").await;
        browser.click("[data-test=row] a").await;
        browser.see("[data-test=employee]").await;
        browser.go("acme", "/people?sort=-number").await;
        browser.rows().await;
        watch::in_every_document(&browser.driver, NOTE_PEOPLE).await;
        browser.click("[data-test=sign-out]").await;
        browser.see("[data-test=sign-in]").await;
        shows_no_person(browser, &people, "after signing out").await;
        let cookies = watch::cookies(&browser.driver).await;
        assert!(matches!(&cookies[..], [device] if device["name"] == "__Host-device"));
        for times in 1..=3 {
            browser.driver.back().await.unwrap();
            browser.see("[data-test=sign-in]").await;
            shows_no_person(browser, &people, &format!("{times} × Back")).await;
        }
        browser.driver.refresh().await.unwrap();
        browser.see("[data-test=sign-in]").await;
        shows_no_person(browser, &people, "reloaded").await;
    })
    .await;
}

/// The observer of the test above detects a person who is shown. Without this, that test would prove nothing.
#[tokio::test]
async fn the_observer_reports_a_person_who_is_shown() {
    in_a_browser(1280, async |browser| {
        browser.expect_console("a person is shown");
        watch::in_every_document(&browser.driver, NOTE_PEOPLE).await;
        browser.sign_in_as("acme", Role::HrAdmin).await;
        let console = browser.console().await;
        assert!(console.iter().any(|line| line.contains("a person is shown")), "{console:?}");
    })
    .await;
}

/// Another window of the same company goes to the sign-in page too, at once and without a click. A window of another company stays signed in.
#[tokio::test]
async fn signing_out_also_signs_out_the_other_windows_of_the_company() {
    in_a_browser(1280, async |browser| {
        browser.expect_console_of_sign_out();
        browser.sign_in_as("acme", Role::HrAdmin).await;
        let people = people_on_screen(browser).await;
        let first: WindowHandle = browser.driver.window().await.unwrap();
        let betaco = browser.driver.new_tab().await.unwrap();
        browser.driver.switch_to_window(betaco.clone()).await.unwrap();
        browser.sign_in_as("betaco", Role::HrAdmin).await;
        let second = browser.driver.new_tab().await.unwrap();
        browser.driver.switch_to_window(second).await.unwrap();
        browser.go("acme", "/people").await;
        browser.rows().await;
        browser.click("[data-test=sign-out]").await;
        browser.see("[data-test=sign-in]").await;
        browser.driver.switch_to_window(first).await.unwrap();
        browser.see("[data-test=sign-in]").await;
        shows_no_person(browser, &people, "in the other window").await;
        browser.driver.switch_to_window(betaco).await.unwrap();
        browser.driver.refresh().await.unwrap();
        browser.rows().await;
    })
    .await;
}
