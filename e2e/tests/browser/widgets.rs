//! C6: the widget "Who is out today" in a page of another site, and the page on which HR admins create and remove widgets.
//!
//! `127.0.0.1`, `localhost` and `acme.localhost` are three sites for a browser, so a frame of the product in a page of the first two is a cross-site frame.

use api_types::paths;
use domain::{Role, WidgetId};
use reqwest::Method;

use crate::{
    browser::{Browser, in_a_browser},
    intranet::Intranet,
    site::listed,
    watch,
};

const NAMES: &str = "return [...document.querySelectorAll('li')].map((one) => one.textContent)";

/// Creates a widget on the page of the settings, and returns the code to copy.
async fn create(browser: &Browser, name: &str, site: &str) -> String {
    browser.go("acme", "/settings/widgets").await;
    browser.see("[data-test=widget-name]").await.send_keys(name).await.expect("it is typed");
    browser.see("[data-test=widget-site]").await.send_keys(site).await.expect("it is typed");
    browser.click("[data-test=create-widget]").await;
    browser.see("[data-test=widget-code]").await;
    browser.ask("return document.querySelector('[data-test=widget-code]').value").await
}

/// The names of the people on leave, as the API lists them.
async fn on_leave(browser: &Browser) -> Vec<String> {
    let admin = browser.site.actor("acme", Role::HrAdmin).await;
    let people = listed(&admin, "status=on_leave&limit=200").await;
    let mut names: Vec<String> =
        people.into_iter().map(|one| format!("{} {}", one.first_name, one.last_name)).collect();
    names.sort();
    assert!(!names.is_empty(), "the demonstration has people on leave");
    names
}

/// Opens the page of the intranet and enters the frame in it.
async fn enter(browser: &Browser, intranet: &Intranet, host: &str) {
    browser.driver.goto(intranet.origin(host)).await.expect("the page loads");
    browser.driver.enter_frame(0).await.expect("a frame");
}

/// C6: the widget shows names in a page of another site, with its own partitioned cookie and without the session. After it was removed it says so.
#[tokio::test]
async fn a_widget_shows_names_in_a_page_of_another_site() {
    in_a_browser(1280, async |browser| {
        browser.expect_console("status of 401");
        let intranet = Intranet::start();
        let site = intranet.origin("127.0.0.1");
        browser.sign_in_as("acme", Role::HrAdmin).await;
        let code = create(browser, "Intranet", &site).await;
        intranet.show(&code);
        let expected = on_leave(browser).await;
        enter(browser, &intranet, "127.0.0.1").await;
        browser.wait_for::<bool>("names", "return document.querySelector('li') !== null").await;
        let mut names: Vec<String> = browser.ask(NAMES).await;
        names.sort();
        assert_eq!(names, expected);
        let readable: String = browser.ask("return document.cookie").await;
        assert_eq!(readable, "", "no script reads the cookie");
        // The browser has a session at this host, and sends it to no frame in a page of another site.
        let session = format!("return fetch('{}').then((reply) => reply.status)", paths::SESSION);
        assert_eq!(browser.ask::<u16>(&session).await, 401);
        let cookies = watch::dev_tools(&browser.driver, "Storage.getCookies", serde_json::json!({})).await;
        let cookies = cookies["cookies"].as_array().expect("cookies");
        let own: Vec<_> = cookies.iter().filter(|one| one["name"] == "__Host-widget").collect();
        assert_eq!(own.len(), 1, "{cookies:?}");
        let partition = &own[0]["partitionKey"]["topLevelSite"];
        assert_eq!(partition, "http://127.0.0.1", "{own:?}");
        remove(browser, &code).await;
        // The next update is due when five minutes have passed.
        let later = "const now = Date.now; Date.now = () => now() + 6 * 60 * 1000; document.dispatchEvent(new Event('visibilitychange'))";
        browser.ask::<()>(later).await;
        browser
            .wait_for::<bool>("the removal", "return document.getElementById('state').textContent.includes('was removed')")
            .await;
        assert_eq!(browser.ask::<Vec<String>>(NAMES).await, [""; 0]);
    })
    .await;
}

/// Removes the widget whose code was copied, without a browser.
async fn remove(browser: &Browser, code: &str) {
    let (_, rest) = code.split_once("/widget/").expect("an address");
    let id: WidgetId = rest.split('#').next().and_then(|id| id.parse().ok()).expect("an id");
    let admin = browser.site.actor("acme", Role::HrAdmin).await;
    admin.request(Method::DELETE, &paths::widget(id)).expect(204).await;
}

/// C6: another site cannot show the widget, and after it was removed its own site cannot either. No site shows a page for signed-in users.
#[tokio::test]
async fn no_other_site_shows_a_widget() {
    in_a_browser(1280, async |browser| {
        browser.expect_console("frame-ancestors");
        browser.expect_console("status of 404");
        let intranet = Intranet::start();
        browser.sign_in_as("acme", Role::HrAdmin).await;
        let code = create(browser, "Blocked", &intranet.origin("127.0.0.1")).await;
        intranet.show(&code);
        is_blocked(browser, &intranet, "localhost", 1).await;
        remove(browser, &code).await;
        is_blocked(browser, &intranet, "127.0.0.1", 2).await;
        intranet.show(&format!("<iframe src='{}'></iframe>", browser.site.url("acme", "/people")));
        is_blocked(browser, &intranet, "127.0.0.1", 3).await;
    })
    .await;
}

/// Opens the page of the intranet, and waits until the browser has reported this many blocked frames.
async fn is_blocked(browser: &Browser, intranet: &Intranet, host: &str, times: usize) {
    browser.driver.goto(intranet.origin(host)).await.expect("the page loads");
    e2e::until("a blocked frame", crate::browser::TIMEOUT, async || {
        let lines = browser.console().await;
        let blocked = lines.iter().filter(|line| line.contains("frame-ancestors")).count();
        (blocked >= times).then_some(())
    })
    .await;
}

/// C6: an HR admin sees what is wrong with a site, creates a widget and removes it after a confirmation. Its code is not shown again.
#[tokio::test]
async fn an_hr_admin_creates_and_removes_a_widget() {
    in_a_browser(390, async |browser| {
        browser.expect_console("status of 400");
        browser.sign_in_as("gammacorp", Role::HrAdmin).await;
        browser.go("gammacorp", "/settings/widgets").await;
        browser.see("[data-test=no-widgets]").await;
        browser.see("[data-test=widget-name]").await.send_keys("Start page").await.expect("the browser answers");
        let site = browser.see("[data-test=widget-site]").await;
        site.send_keys("http://intranet.example").await.expect("the browser answers");
        browser.click("[data-test=create-widget]").await;
        browser
            .wait_for::<bool>("the reason", "return document.querySelector('[data-test=widget-error]').innerText.includes('use https')")
            .await;
        site.clear().await.expect("the browser answers");
        site.send_keys("https://intranet.example").await.expect("the browser answers");
        browser.click("[data-test=create-widget]").await;
        browser.see("[data-test=widget-code]").await;
        browser.see("[data-test=widget]").await;
        let width: u32 = browser.ask("return document.documentElement.scrollWidth").await;
        assert!(width <= 390, "the page is {width} pixels wide");
        browser.driver.refresh().await.expect("the browser answers");
        browser.see("[data-test=widget]").await;
        assert!(!browser.has("[data-test=widget-code]").await);
        browser.click("[data-test=remove-widget]").await;
        browser.click("[data-test=confirm-remove-widget]").await;
        browser.see("[data-test=no-widgets]").await;
    })
    .await;
}
