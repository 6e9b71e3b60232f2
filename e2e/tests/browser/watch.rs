//! What the browser complains about: every line of its console and every violation of the content security policy.

use serde_json::{Value, json};
use thirtyfour::{
    BrowserLogEntry, RequestData, SessionId, WebDriver, common::command::FormatRequestData,
    error::WebDriverResult,
};

/// Runs in every document before anything else does. The console outlives the document, so it is where a violation is noted.
const NOTE_VIOLATIONS: &str = r#"
document.addEventListener("securitypolicyviolation", (event) => {
    console.error("securitypolicyviolation", event.effectiveDirective, event.blockedURI, event.sourceFile);
});
"#;

/// A command of the `DevTools` protocol, by way of the driver.
#[derive(Debug)]
struct DevTools(&'static str, Value);

impl FormatRequestData for DevTools {
    fn format_request(&self, session: &SessionId) -> RequestData {
        RequestData::new(reqwest::Method::POST, format!("session/{session}/goog/cdp/execute"))
            .add_body(json!({ "cmd": self.0, "params": self.1 }))
    }
}

/// Asks the browser itself, past the page.
pub(crate) async fn dev_tools(
    driver: &WebDriver,
    command: &'static str,
    parameters: Value,
) -> Value {
    let reply = driver.handle().cmd(DevTools(command, parameters)).await;
    reply.and_then(thirtyfour::session::http::CmdResponse::value).expect("the browser obeys")
}

/// Runs a script in every document from now on, before the document's own.
pub(crate) async fn in_every_document(driver: &WebDriver, script: &str) {
    let parameters = json!({ "source": script });
    dev_tools(driver, "Page.addScriptToEvaluateOnNewDocument", parameters).await;
}

/// Begins to watch.
pub(crate) async fn begin(driver: &WebDriver) {
    in_every_document(driver, NOTE_VIOLATIONS).await;
}

/// The lines since the last look.
pub(crate) async fn lines(driver: &WebDriver) -> WebDriverResult<Vec<String>> {
    let line = |entry: BrowserLogEntry| {
        format!("{} {}: {}", entry.level, entry.source.unwrap_or_default(), entry.message)
    };
    Ok(driver.browser_log().await?.into_iter().map(line).collect())
}
