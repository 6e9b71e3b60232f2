//! What the browser reports: all lines of its console, and all violations of the content security policy.

use serde_json::{Value, json};
use thirtyfour::{
    BrowserLogEntry, RequestData, SessionId, WebDriver, common::command::FormatRequestData,
    error::WebDriverResult,
};

/// Runs in every document before any other script. It logs violations to the console, because the console outlives the document.
const NOTE_VIOLATIONS: &str = r#"
document.addEventListener("securitypolicyviolation", (event) => {
    console.error("securitypolicyviolation", event.effectiveDirective, event.blockedURI, event.sourceFile);
});
"#;

/// A command of the `DevTools` protocol, sent through the driver.
#[derive(Debug)]
struct DevTools(&'static str, Value);

impl FormatRequestData for DevTools {
    fn format_request(&self, session: &SessionId) -> RequestData {
        RequestData::new(reqwest::Method::POST, format!("session/{session}/goog/cdp/execute"))
            .add_body(json!({ "cmd": self.0, "params": self.1 }))
    }
}

/// Sends a `DevTools` command to the browser, not to the page.
pub(crate) async fn dev_tools(
    driver: &WebDriver,
    command: &'static str,
    parameters: Value,
) -> Value {
    let reply = driver.handle().cmd(DevTools(command, parameters)).await;
    reply.and_then(thirtyfour::session::http::CmdResponse::value).expect("the command runs")
}

/// The cookies of the page's host as the browser stores them, also those that scripts cannot read, sorted by name.
pub(crate) async fn cookies(driver: &WebDriver) -> Vec<Value> {
    let reply = dev_tools(driver, "Network.getCookies", json!({})).await;
    let mut cookies = reply["cookies"].as_array().expect("a list of cookies").clone();
    cookies.sort_by_key(|cookie| cookie["name"].to_string());
    cookies
}

/// Runs a script in every document from now on, before the document's own scripts.
pub(crate) async fn in_every_document(driver: &WebDriver, script: &str) {
    let parameters = json!({ "source": script });
    dev_tools(driver, "Page.addScriptToEvaluateOnNewDocument", parameters).await;
}

/// Starts to log violations of the policy.
pub(crate) async fn begin(driver: &WebDriver) {
    in_every_document(driver, NOTE_VIOLATIONS).await;
}

/// The lines of the console since the last call.
pub(crate) async fn lines(driver: &WebDriver) -> WebDriverResult<Vec<String>> {
    let line = |entry: BrowserLogEntry| {
        format!("{} {}: {}", entry.level, entry.source.unwrap_or_default(), entry.message)
    };
    Ok(driver.browser_log().await?.into_iter().map(line).collect())
}
