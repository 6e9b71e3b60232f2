//! The content security policy, as the browser enforces it.

use domain::Role;
use serde_json::Value;

use crate::browser::in_a_browser;

/// C9: the policy names what may run, and neither inline code nor `eval` is in it.
#[tokio::test]
async fn the_policy_of_the_pages_is_strict() {
    const POLICY: &str =
        "return fetch(location.href).then((page) => page.headers.get('content-security-policy'))";
    in_a_browser(1280, async |browser| {
        browser.sign_in_as("acme", Role::HrAdmin).await;
        let policy: String = browser.ask(POLICY).await;
        for missing in [
            "default-src",
            "script-src",
            "'wasm-unsafe-eval'",
            "frame-ancestors 'none'",
            "base-uri",
        ] {
            assert!(policy.contains(missing), "`{missing}` is not in {policy}");
        }
        for loose in ["unsafe-inline", "'unsafe-eval'", "*", "http:", "https:", "blob:"] {
            assert!(!policy.contains(loose), "`{loose}` is in {policy}");
        }
        let of_data: Vec<_> = policy.split("; ").filter(|part| part.contains("data:")).collect();
        assert!(of_data.iter().all(|part| part.starts_with("img-src ")), "{of_data:?}");
    })
    .await;
}

/// C9: code that is injected into the page does not run, and the watch on the console, on which all tests of this suite rely, reports it.
#[tokio::test]
async fn injected_code_does_not_run_and_is_reported() {
    const INJECT: &str = r#"return (async () => {
        const script = document.createElement("script");
        script.textContent = "window.injected = 'script'";
        document.body.append(script);
        const picture = document.createElement("div");
        picture.innerHTML = "<img src=x onerror=\"window.injected = 'handler'\"><p style='color: red'>red</p>";
        document.body.append(picture);
        // A script of the driver may evaluate text; a timer in the page is bound by the page's policy.
        await new Promise((done) => setTimeout(() => {
            try { new Function("window.injected = 'eval'")(); } catch { }
            done();
        }));
        return fetch("http://betaco.localhost:1/").catch(() => window.injected ?? null);
    })()"#;
    in_a_browser(1280, async |browser| {
        // The browser's message, the listener's message, and the 404 for the missing picture.
        for text in ["Content Security Policy", "securitypolicyviolation", "status of 404"] {
            browser.expect_console(text);
        }
        browser.sign_in_as("acme", Role::HrAdmin).await;
        let injected: Value = browser.ask(INJECT).await;
        assert_eq!(injected, Value::Null);
        for directive in
            ["script-src-elem", "script-src-attr", "script-src", "style-src-attr", "connect-src"]
        {
            let line = format!("\"securitypolicyviolation\" \"{directive}\"");
            e2e::until(&line, crate::browser::TIMEOUT, async || {
                browser.console().await.iter().any(|said| said.contains(&line)).then_some(())
            })
            .await;
        }
    })
    .await;
}
