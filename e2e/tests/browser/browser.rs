//! A browser with an empty profile, and the actions of a user in it. It waits for conditions, never for a fixed time.

use std::{cell::RefCell, panic::AssertUnwindSafe, path::Path, thread, time::Duration};

use domain::Role;
use e2e::{TempFolder, until};
use futures_util::FutureExt;
use serde::de::DeserializeOwned;
use serde_json::Value;
use thirtyfour::prelude::*;

use crate::{site::Site, watch};

/// The timeout of every wait: long enough for a debug build on a busy machine.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// A row of the directory as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub(crate) struct Row {
    /// The last part of the link to the person.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
}

/// A window of Chromium that shows the site.
pub(crate) struct Browser {
    pub(crate) site: &'static Site,
    pub(crate) driver: WebDriver,
    /// The texts that the test expects in the console; any other line fails the test.
    foreseen: RefCell<Vec<&'static str>>,
    console: RefCell<Vec<String>>,
    _profile: TempFolder,
}

/// Runs a test in a new browser, `width` pixels wide. Fails if the console contains an unexpected line afterwards.
pub(crate) async fn in_a_browser(width: u32, test: impl AsyncFnOnce(&Browser)) {
    let browser = Browser::open(width).await;
    let outcome = AssertUnwindSafe(async {
        test(&browser).await;
        browser.assert_quiet().await;
    });
    let outcome = outcome.catch_unwind().await;
    if outcome.is_err() {
        browser.save_evidence().await;
    }
    browser.driver.quit().await.expect("the browser ends");
    if let Err(failure) = outcome {
        std::panic::resume_unwind(failure);
    }
}

/// Scrolls the element into view as the page does for the focus, also from under the bar of a phone. Returns `true` if the element then keeps its
/// position. While something above it still grows, a click would miss it.
const SCROLL_AND_SETTLE: &str = r"
    const element = arguments[0];
    element.scrollIntoView({ block: 'nearest', behavior: 'instant' });
    const place = () => {
        const { x, y } = element.getBoundingClientRect();
        return x + ' ' + y;
    };
    const before = place();
    return new Promise((done) => setTimeout(() => done(place() === before), 30));
";

impl Browser {
    async fn open(width: u32) -> Self {
        let (site, profile) = (Site::get().await, TempFolder::empty("profile"));
        let mut wanted = DesiredCapabilities::chrome();
        for flag in [
            "--headless=new",
            "--no-sandbox",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            &format!("--window-size={width},900"),
            &format!("--user-data-dir={}", profile.path().display()),
        ] {
            wanted.add_arg(flag).expect("a flag");
        }
        wanted.set_browser_log_level(thirtyfour::LoggingPrefsLogLevel::All).expect("a level");
        let driver = WebDriver::new(site.driver.url.as_str(), wanted).await.expect("a browser");
        watch::begin(&driver).await;
        let screen = serde_json::json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        watch::dev_tools(&driver, "Emulation.setDeviceMetricsOverride", screen).await;
        let (foreseen, console) = (RefCell::default(), RefCell::default());
        Self { site, driver, foreseen, console, _profile: profile }
    }

    /// Allows lines with this text in the console.
    pub(crate) fn expect_console(&self, text: &'static str) {
        self.foreseen.borrow_mut().push(text);
    }

    /// Allows the lines of a sign-out in the console: the browser reports what it cleared, and that the next request is refused.
    pub(crate) fn expect_console_of_sign_out(&self) {
        self.expect_console("Clear-Site-Data header");
        self.expect_console("status of 401");
    }

    /// All lines of the console so far.
    pub(crate) async fn console(&self) -> Vec<String> {
        let new = watch::lines(&self.driver).await.expect("the console can be read");
        self.console.borrow_mut().extend(new);
        self.console.borrow().clone()
    }

    /// C9: the policy blocked nothing, and no error was logged.
    async fn assert_quiet(&self) {
        let lines = self.console().await;
        let foreseen = self.foreseen.borrow();
        let other = lines.iter().filter(|line| !foreseen.iter().any(|text| line.contains(text)));
        assert_eq!(other.collect::<Vec<_>>(), [""; 0], "lines in the console");
    }

    /// Opens a URL, as from the address bar.
    pub(crate) async fn go(&self, slug: &str, path: &str) {
        self.driver.goto(self.site.url(slug, path)).await.expect("the page loads");
    }

    /// The path and the query in the address bar.
    pub(crate) async fn path(&self) -> String {
        self.ask("return location.pathname + location.search").await
    }

    /// Runs a script in the page and returns its result.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, script: &str) -> T {
        self.ask_with(script, Vec::new()).await
    }

    /// Runs a script with these arguments and returns its result. A promise is awaited.
    pub(crate) async fn ask_with<T: DeserializeOwned>(
        &self,
        script: &str,
        arguments: Vec<Value>,
    ) -> T {
        let reply = self.driver.execute(script, arguments).await.expect("the script runs");
        reply.convert().expect("what the script should return")
    }

    /// Waits until a script returns something that is neither `null` nor `false`.
    pub(crate) async fn wait_for<T: DeserializeOwned>(&self, what: &str, script: &str) -> T {
        until(what, TIMEOUT, async || {
            // Between two documents no script can run.
            let reply = self.driver.execute(script, Vec::new()).await.ok()?;
            Some(reply.json()).filter(|value| !value.is_null() && **value != Value::Bool(false))?;
            reply.convert().ok()
        })
        .await
    }

    /// Waits until an element is visible.
    pub(crate) async fn see(&self, css: &str) -> WebElement {
        until(&format!("`{css}` to be visible"), TIMEOUT, async || {
            let found = self.driver.find(By::Css(css)).await.ok()?;
            found.is_displayed().await.ok()?.then_some(found)
        })
        .await
    }

    /// Waits for an element that can be clicked, and clicks it.
    pub(crate) async fn click(&self, css: &str) {
        until(&format!("`{css}` to be clicked"), TIMEOUT, async || {
            let found = self.driver.find(By::Css(css)).await.ok()?;
            if !found.is_clickable().await.ok()? {
                return None;
            }
            let rests =
                self.driver.execute(SCROLL_AND_SETTLE, vec![found.to_json().ok()?]).await.ok()?;
            rests.convert::<bool>().ok()?.then_some(())?;
            // The click fails if the element is being replaced at this moment.
            found.click().await.ok()
        })
        .await;
    }

    /// Whether there is such an element, visible or not.
    pub(crate) async fn has(&self, css: &str) -> bool {
        self.ask_with("return document.querySelector(arguments[0]) !== null", vec![css.into()])
            .await
    }

    /// The HTML of the whole document, hidden elements included.
    pub(crate) async fn document(&self) -> String {
        self.ask("return document.documentElement.outerHTML").await
    }

    /// The rows of the directory, once it has loaded.
    pub(crate) async fn rows(&self) -> Vec<Row> {
        const ROWS: &str = r"
            if (!document.querySelector('[data-test=people]:not([aria-busy=true]) [data-test=row]')) return null;
            return [...document.querySelectorAll('[data-test=row]')].map((row) => ({
                id: row.querySelector('a').pathname.split('/').pop(),
                name: row.querySelector('.name').textContent.trim(),
                email: row.querySelector('.row-email').textContent.trim(),
            }));
        ";
        self.wait_for("rows in the directory", ROWS).await
    }

    /// Waits until the directory shows these people in this order, and no others.
    pub(crate) async fn shows<Id: ToString>(&self, people: impl IntoIterator<Item = Id>) {
        let wanted: Vec<String> = people.into_iter().map(|id| id.to_string()).collect();
        assert!(!wanted.is_empty(), "an empty page has no rows to wait for");
        until(&format!("{} people as the API lists them", wanted.len()), TIMEOUT, async || {
            let shown: Vec<String> = self.rows().await.into_iter().map(|row| row.id).collect();
            (shown == wanted).then_some(())
        })
        .await;
    }

    /// Signs in with one click in the picker, and waits for the directory of this company as this role sees it.
    pub(crate) async fn sign_in_as(&self, slug: &str, role: Role) {
        self.go("", "/").await;
        self.click(&format!("[data-company={slug}] [data-test=demo-{}]", role.as_str())).await;
        self.rows().await;
        assert_eq!(self.path().await, "/people");
    }

    /// Saves a screenshot of the page on which a test failed, and prints its URL and its console.
    async fn save_evidence(&self) {
        let test = thread::current().name().unwrap_or("test").replace("::", "-");
        let picture = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}.png"));
        let taken = self.driver.screenshot(&picture).await;
        let address = self.driver.current_url().await.map(|url| url.to_string());
        let console = watch::lines(&self.driver).await;
        eprintln!(
            "at {address:?}, picture {taken:?}: {}\nconsole: {:?} {console:?}",
            picture.display(),
            self.console
        );
    }
}
