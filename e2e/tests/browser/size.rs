//! The size of the built pages: what a browser downloads for the first page, and what each further page adds.

use std::{fs, path::Path};

use domain::Role;
use serde_json::json;

use crate::{
    browser::{Browser, in_a_browser},
    site, watch,
};

/// The most bytes of the first page of the product, in brotli: document, styles, scripts and program.
const FIRST: u64 = 180 << 10;
/// The most bytes that each further page of the product adds, in brotli.
const FURTHER: u64 = 60 << 10;
/// The most bytes of the first page of the demonstration, which is loaded when one of its pages is opened.
const DEMONSTRATION: u64 = 236 << 10;

/// The bytes of a compressed document, and of the compressed files next to it that it names.
fn first_page(folder: &Path) -> u64 {
    let document = fs::read_to_string(folder.join("index.html")).expect("the built pages");
    let files = fs::read_dir(folder).expect("the built pages");
    let all = files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned());
    let size = |name: &str| {
        let compressed = folder.join(format!("{name}.br"));
        fs::metadata(&compressed).unwrap_or_else(|_| panic!("`{}`", compressed.display())).len()
    };
    let named: Vec<_> = all.filter(|name| document.contains(&format!("/{name}\""))).collect();
    assert!(named.len() >= 4, "`{}` names only {named:?}", folder.display());
    size("index.html") + named.iter().map(|name| size(name)).sum::<u64>()
}

/// The first page of both applications stays within its size.
#[test]
fn the_first_page_stays_small() {
    let folder = site::pages();
    for (folder, most) in [(folder.clone(), FIRST), (folder.join("demonstration"), DEMONSTRATION)] {
        let bytes = first_page(&folder);
        assert!(bytes <= most, "`{}` has {bytes} bytes, at most {most}", folder.display());
    }
}

/// The bytes that the page has received, with all files that it uses but without the data of the API.
async fn received(browser: &Browser) -> u64 {
    const BYTES: &str = r"
        const files = performance.getEntriesByType('resource').filter((one) => !new URL(one.name).pathname.startsWith('/api/'));
        const sizes = new Map(files.map((one) => [one.name, one.encodedBodySize]));
        const all = [performance.getEntriesByType('navigation')[0].encodedBodySize, ...sizes.values()];
        return all.reduce((sum, size) => sum + size, 0);
    ";
    browser.ask(BYTES).await
}

/// The browser receives no more for the sign-in page than the first page may have, and no more for each other page than a further page may add.
#[tokio::test]
async fn each_further_page_stays_small() {
    in_a_browser(1280, async |browser| {
        browser.go("acme", "/sign-in").await;
        browser.see("[data-test=sign-in-submit]").await;
        let first = received(browser).await;
        assert!((100 << 10..=FIRST).contains(&first), "the first page has {first} bytes");
        browser.sign_in_as("acme", Role::HrAdmin).await;
        let person = format!("/people/{}", browser.rows().await[0].id);
        for (path, shown) in [
            ("/people", "[data-test=row]"),
            (&person, "[data-test=employee]"),
            ("/welcome", "[data-test=draft]"),
            ("/onboarding", "[data-test=onboarding-form]"),
            ("/devices", "[data-test=devices]"),
            ("/settings/sessions", "[data-test=session-settings]"),
            ("/settings/widgets", "[data-test=new-widget]"),
        ] {
            browser.go("acme", path).await;
            browser.see(shown).await;
            let further = received(browser).await - first;
            println!("{path}: {further} bytes");
            assert!((1..=FURTHER).contains(&further), "`{path}` adds {further} bytes");
        }
    })
    .await;
}

/// A page is downloaded when it is opened and not before, also not when the pointer is over its link.
#[tokio::test]
async fn a_page_is_downloaded_when_it_is_opened() {
    const SETTINGS: &str = "return performance.getEntriesByType('resource').filter((one) => one.name.includes('split_settings')).length";
    in_a_browser(1280, async |browser| {
        browser.sign_in_as("acme", Role::HrAdmin).await;
        let link = browser.see("[data-test=nav-settings]").await;
        browser.driver.action_chain().move_to_element_center(&link).perform().await.unwrap();
        assert_eq!(browser.ask::<u64>(SETTINGS).await, 0);
        browser.click("[data-test=nav-settings]").await;
        browser.see("[data-test=session-settings]").await;
        assert_eq!(browser.ask::<u64>(SETTINGS).await, 1);
        // The second time, the page is there at once.
        browser.click("[data-test=nav-people]").await;
        browser.rows().await;
        browser.click("[data-test=nav-settings]").await;
        browser.see("[data-test=session-settings]").await;
        assert_eq!(browser.ask::<u64>(SETTINGS).await, 1);
    })
    .await;
}

/// A page that cannot be downloaded says so. The user can try again, and can still go to the other pages.
#[tokio::test]
async fn a_page_that_cannot_be_downloaded_can_be_tried_again() {
    in_a_browser(1280, async |browser| {
        browser.expect_console("ERR_BLOCKED_BY_CLIENT");
        browser.expect_console("Failed to fetch");
        browser.sign_in_as("acme", Role::HrAdmin).await;
        watch::dev_tools(&browser.driver, "Network.enable", json!({})).await;
        let block = async |urls: &[&str]| {
            let blocked = json!({ "urls": urls });
            watch::dev_tools(&browser.driver, "Network.setBlockedURLs", blocked).await;
        };
        block(&["*split_settings*"]).await;
        browser.click("[data-test=nav-settings]").await;
        let error = browser.see("[data-test=error]").await;
        assert!(error.text().await.unwrap().starts_with("This page could not be loaded"));
        browser.see("[data-test=reload]").await;
        browser.click("[data-test=retry]").await;
        browser.see("[data-test=error]").await;
        browser.click("[data-test=nav-people]").await;
        browser.rows().await;
        browser.click("[data-test=nav-settings]").await;
        browser.see("[data-test=error]").await;
        block(&[]).await;
        browser.click("[data-test=retry]").await;
        browser.see("[data-test=session-settings]").await;
        assert_eq!(browser.path().await, "/settings/sessions");
    })
    .await;
}

/// Going to the demonstration loads its own program, coming back that of the product. Session, company and theme stay.
#[tokio::test]
async fn the_two_applications_share_session_and_theme() {
    in_a_browser(1280, async |browser| {
        const PROGRAM: &str = "return new URL(document.querySelector('link[rel=preload][as=fetch]').href).pathname.split('/').pop().split('-')[0]";
        browser.sign_in_as("acme", Role::HrAdmin).await;
        browser.rows().await;
        browser.ask::<()>("document.querySelector('[data-test=theme-dark]').click()").await;
        assert_eq!(browser.ask::<String>(PROGRAM).await, "ui");
        browser.click("[data-test=nav-tokens]").await;
        browser.see("[data-test=get-tokens]").await;
        assert_eq!(browser.ask::<String>(PROGRAM).await, "demonstration");
        let theme = "return document.documentElement.dataset.theme";
        assert_eq!(browser.ask::<String>(theme).await, "dark");
        browser.click("[data-test=nav-people]").await;
        browser.rows().await;
        assert_eq!(browser.ask::<String>(PROGRAM).await, "ui");
        browser.driver.back().await.unwrap();
        browser.see("[data-test=get-tokens]").await;
        assert_eq!(browser.path().await, "/tokens");
    })
    .await;
}
