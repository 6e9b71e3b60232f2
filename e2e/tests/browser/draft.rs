//! C5: the onboarding form before and after signing in, on its two pages.
//!
//! Only these tests sign in as Acme's manager with a draft, so no other test meets the adopted one. They run one after the other
//! (`MANAGER`), and each deletes what it has saved.

use api_types::{Onboarding, OnboardingForm, paths};
use domain::Role;
use reqwest::Method;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::browser::{Browser, in_a_browser};

/// The onboarding form of Acme's manager.
static MANAGER: Mutex<()> = Mutex::const_new(());

/// Replaces the text of a field, as the user's typing does.
async fn enter(browser: &Browser, field: &str, text: &str) {
    browser.see(&format!("[data-test={field}]")).await;
    let script = "const field = document.getElementById(arguments[0]); field.value = arguments[1];
        for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true }))";
    browser.ask_with::<Value>(script, vec![field.into(), text.into()]).await;
}

/// Waits until an element has this text.
async fn says(browser: &Browser, element: &str, text: &str) {
    let script = format!(
        "const found = document.querySelector('[data-test={element}]'); return found !== null && found.innerText.includes('{text}')"
    );
    browser.wait_for::<bool>(text, &script).await;
}

/// The value of a field, once the form is there.
async fn value(browser: &Browser, field: &str) -> String {
    browser.see(&format!("[data-test={field}]")).await;
    browser.ask_with("return document.getElementById(arguments[0]).value", vec![field.into()]).await
}

async fn fits(browser: &Browser) {
    let width: u32 = browser.ask("return document.documentElement.scrollWidth").await;
    assert!(width <= 390, "the page is {width} pixels wide");
}

/// Begins a draft at Acme with this preferred name and a wish for a desktop computer.
async fn begin(browser: &Browser, name: &str) {
    browser.go("acme", "/welcome").await;
    enter(browser, "preferred_name", name).await;
    enter(browser, "equipment", "desktop").await;
    browser.click("[data-test=save-onboarding]").await;
    says(browser, "onboarding-outcome", "Saved.").await;
}

/// Saves the form of Acme's manager without a browser, which also deletes an adopted draft.
async fn save(browser: &Browser, form: &OnboardingForm) {
    let manager = browser.site.actor("acme", Role::Manager).await;
    let present: Onboarding = manager.get(paths::ONBOARDING).expect(200).await.json();
    let put = manager.request(Method::PUT, paths::ONBOARDING).json(form);
    let tag = present.version.map(|version| format!("\"{version}\""));
    let put = tag.iter().fold(put, |put, tag| put.header("if-match", tag));
    put.expect(200).await;
}

/// C5: a draft that was begun before signing in is kept for this device, is adopted by the account that signs in, and replaces the form when the user says so.
#[tokio::test]
async fn a_draft_is_kept_after_signing_in() {
    let _manager = MANAGER.lock().await;
    in_a_browser(390, async |browser| {
        let before = OnboardingForm {
            preferred_name: "Before".to_owned(),
            phone: "+44 20 1".to_owned(),
            ..OnboardingForm::default()
        };
        save(browser, &before).await;
        browser.go("acme", "/sign-in").await;
        browser.click("[data-test=to-welcome]").await;
        assert_eq!(browser.path().await, "/welcome");
        begin(browser, "Ada").await;
        says(browser, "draft-end", "tomorrow").await;
        fits(browser).await;
        browser.driver.refresh().await.unwrap();
        assert_eq!(value(browser, "preferred_name").await, "Ada");
        assert_eq!(value(browser, "equipment").await, "desktop");

        browser.sign_in_as("acme", Role::Manager).await;
        fits(browser).await;
        browser.click("[data-test=see-draft]").await;
        says(browser, "draft-differences", "Before").await;
        says(browser, "draft-differences", "Ada").await;
        says(browser, "draft-differences", "Desktop computer").await;
        assert_eq!(browser.path().await, "/onboarding");
        assert!(!browser.has("[data-test=save-onboarding]").await, "the user decides first");
        fits(browser).await;
        browser.click("[data-test=use-draft]").await;
        assert_eq!(value(browser, "preferred_name").await, "Ada");
        browser.driver.refresh().await.unwrap();
        assert_eq!(value(browser, "preferred_name").await, "Ada");
        assert_eq!(value(browser, "phone").await, "+44 20 1");
        assert_eq!(value(browser, "equipment").await, "desktop");
        assert!(!browser.has("[data-test=draft-decision], [data-test=draft-notice]").await);
        fits(browser).await;
        browser.go("acme", "/welcome").await;
        assert_eq!(value(browser, "preferred_name").await, "", "the device has no draft any more");
        save(browser, &OnboardingForm::default()).await;
    })
    .await;
}

/// C5: a draft begun at one company is not shown and not offered at another one. The user of its own company may discard it.
#[tokio::test]
async fn a_draft_is_not_offered_at_another_company() {
    let _manager = MANAGER.lock().await;
    in_a_browser(1280, async |browser| {
        save(browser, &OnboardingForm::default()).await;
        begin(browser, "Grace").await;
        browser.go("gammacorp", "/welcome").await;
        assert_eq!(value(browser, "preferred_name").await, "");
        browser.sign_in_as("gammacorp", Role::Auditor).await;
        browser.click("[data-test=nav-onboarding]").await;
        assert_eq!(value(browser, "preferred_name").await, "");
        assert!(!browser.has("[data-test=draft-decision], [data-test=draft-notice]").await);

        browser.sign_in_as("acme", Role::Manager).await;
        browser.click("[data-test=see-draft]").await;
        says(browser, "draft-differences", "Grace").await;
        browser.click("[data-test=discard-draft]").await;
        says(browser, "draft-outcome", "discarded").await;
        assert_eq!(value(browser, "preferred_name").await, "");
        browser.driver.refresh().await.unwrap();
        assert_eq!(value(browser, "preferred_name").await, "");
        assert!(!browser.has("[data-test=draft-decision], [data-test=draft-notice]").await);
    })
    .await;
}

/// C5: a refused value is explained at its field and the rest stays as it was typed. The user can delete the draft.
#[tokio::test]
async fn a_draft_is_corrected_and_deleted() {
    in_a_browser(1280, async |browser| {
        browser.expect_console("status of 400");
        browser.go("gammacorp", "/welcome").await;
        enter(browser, "dietary_needs", "none").await;
        enter(browser, "phone", "1\u{202e}2").await;
        browser.click("[data-test=save-onboarding]").await;
        says(browser, "onboarding-error", "Correct the marked fields").await;
        let marked: Vec<String> = browser
            .ask("return [...document.querySelectorAll('[aria-invalid=true]')].map((one) => one.id + ': ' + document.getElementById(one.getAttribute('aria-describedby')).innerText)")
            .await;
        assert!(
            matches!(&marked[..], [one] if one.starts_with("phone: The text contains")),
            "{marked:?}"
        );
        enter(browser, "phone", "12").await;
        browser.click("[data-test=save-onboarding]").await;
        says(browser, "onboarding-outcome", "Saved.").await;
        assert!(!browser.has("[aria-invalid=true]").await);
        browser.click("[data-test=delete-draft]").await;
        says(browser, "onboarding-outcome", "deleted").await;
        assert_eq!(value(browser, "dietary_needs").await, "");
        browser.driver.refresh().await.unwrap();
        assert_eq!(value(browser, "dietary_needs").await, "");
    })
    .await;
}
