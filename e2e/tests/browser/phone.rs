//! The same product at the width of a phone.

use domain::Role;

use crate::browser::{Browser, in_a_browser};

/// Asserts that the page is not wider than the screen.
async fn fits(browser: &Browser, page: &str) {
    let width: u32 = browser.ask("return document.documentElement.scrollWidth").await;
    assert!(width <= 390, "{page} is {width} wide");
}

/// P1, P2: on a screen 390 pixels wide all steps work: sign in, search, open a person, go back, sign out. No page scrolls sideways.
#[tokio::test]
async fn every_step_fits_a_phone_screen() {
    in_a_browser(390, async |browser| {
        browser.expect_console_of_sign_out();
        browser.go("", "/").await;
        browser.see("[data-test=company-card]").await;
        fits(browser, "the picker").await;
        browser.sign_in_as("acme", Role::HrAdmin).await;
        fits(browser, "the directory").await;
        let everyone = browser.rows().await.len();
        browser.see("[data-test=search]").await.send_keys("oka").await.unwrap();
        e2e::until("fewer people", crate::browser::TIMEOUT, async || {
            (browser.rows().await.len() < everyone).then_some(())
        })
        .await;
        browser.click("[data-test=row] a").await;
        browser.see("[data-test=employee]").await;
        fits(browser, "a person").await;
        browser.click("[data-test=back-to-list]").await;
        browser.rows().await;
        browser.click("[data-test=account-opener]").await;
        browser.click("[data-test=sign-out]").await;
        browser.see("[data-test=sign-in]").await;
        fits(browser, "the sign-in page").await;
        assert!(!browser.has("[data-test=row]").await);
    })
    .await;
}
