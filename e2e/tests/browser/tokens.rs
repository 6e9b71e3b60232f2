//! The tokens page: it shows tokens, keeps them in its memory only, and each token is accepted only by the endpoints that it is meant for.

use domain::Role;
use serde_json::{Value, json};

use crate::{
    browser::{Browser, in_a_browser},
    watch,
};

/// Records for each request whether it carries a token, and whether the browser may add a cookie.
const NOTE_REQUESTS: &str = r#"
const send = window.fetch;
window.asked = [];
window.fetch = function (address, init) {
    window.asked.push({ bears: new Headers(init?.headers).has("authorization"), credentials: init?.credentials });
    return send.call(this, address, init);
};
"#;

/// Returns the texts of the token cards; empty if there are none.
const SHOWN: &str = "return [...document.querySelectorAll('[data-test=token-text]')].map((token) => token.textContent)";

/// Signs in, requests tokens and returns their texts.
async fn get_tokens(browser: &Browser, role: Role) -> Vec<String> {
    browser.sign_in_as("acme", role).await;
    browser.click("[data-test=nav-tokens]").await;
    browser.click("[data-test=get-tokens]").await;
    browser.see("[data-test=claim-scope]").await;
    browser
        .wait_for::<bool>(
            "the ID token to be read",
            "return !!document.querySelector('[data-test=claim-email]')",
        )
        .await;
    browser.ask(SHOWN).await
}

/// The text of the verdict in such an element, once the reply has arrived. Until then it is `Sending …`.
async fn verdict(browser: &Browser, css: &str) -> String {
    let script = format!(
        "const words = document.querySelector('{css} [data-test=verdict]')?.textContent; return !!words && !words.includes('Sending …') && words"
    );
    browser.wait_for(&format!("an answer in `{css}`"), &script).await
}

/// Sends a token to an endpoint, and returns the text of the verdict.
async fn try_out(browser: &Browser, token: &str, endpoint: &str) -> String {
    let css = format!("[data-test=trial-{token}-{endpoint}]");
    browser.click(&format!("{css} button")).await;
    verdict(browser, &css).await
}

/// C9: three tokens are shown and read, and none of them is in storage, a cookie, the URL or the history. They are gone after leaving the page.
#[tokio::test]
async fn tokens_are_kept_in_the_memory_of_their_page_only() {
    const STORES: &str = r"
        return Promise.all([indexedDB.databases(), caches.keys()]).then(([databases, caches]) => ({
            cookie: document.cookie, local: { ...localStorage }, session: { ...sessionStorage }, databases, caches,
        }));
    ";
    in_a_browser(1280, async |browser| {
        let tokens = get_tokens(browser, Role::HrAdmin).await;
        let parts: Vec<_> = tokens.iter().map(|token| token.split('.').count()).collect();
        assert_eq!(parts, [3, 3, 1], "two signed tokens and an opaque one");
        let stores: Value = browser.ask(STORES).await;
        let empty =
            json!({ "cookie": "", "local": {}, "session": {}, "databases": [], "caches": [] });
        assert_eq!(stores, empty);
        assert_eq!(browser.path().await, "/tokens");
        let state: Value = browser.ask("return history.state").await;
        assert!(tokens.iter().all(|token| !state.to_string().contains(token.as_str())));
        browser.click("[data-test=nav-people]").await;
        browser.rows().await;
        let document = browser.document().await;
        assert!(tokens.iter().all(|token| !document.contains(token.as_str())));
        browser.click("[data-test=nav-tokens]").await;
        browser.see("[data-test=get-tokens]").await;
        assert_eq!(browser.ask::<Vec<String>>(SHOWN).await, [""; 0]);
    })
    .await;
}

/// T2, T3: the claims are shown with their meanings. The ID token has an address, and the page says that the access token has none.
#[tokio::test]
async fn claims_are_explained() {
    in_a_browser(1280, async |browser| {
        get_tokens(browser, Role::Manager).await;
        let account = browser.site.account("acme", Role::Manager).await;
        let cells = "return [...document.querySelectorAll('[data-test=contents-id] [data-test=claim-email] td')].map((cell) => cell.textContent)";
        let [value, meaning]: [String; 2] = browser.ask(cells).await;
        assert_eq!(value.trim(), account.email);
        assert!(meaning.contains("ID token only"), "{meaning}");
        let absent = browser.see("[data-test=contents-access] [data-test=absent]").await.text().await.unwrap();
        assert!(absent.contains("email, name, aud") && absent.contains("by design"), "{absent}");
        for claim in ["email", "name", "aud"] {
            let css = format!("[data-test=contents-access] [data-test=claim-{claim}]");
            assert!(!browser.has(&css).await, "{claim}");
        }
        let unknown = "return [...document.querySelectorAll('.claims td')].filter((cell) => cell.textContent.includes('Unknown to this page')).length";
        assert_eq!(browser.ask::<u32>(unknown).await, 0, "every claim is explained");
    })
    .await;
}

/// T3, T4d, T4g: whoami returns the address in an ID token, and says why an access token has none. The employees accept only the access token.
#[tokio::test]
async fn each_token_is_accepted_at_its_own_endpoints() {
    in_a_browser(1280, async |browser| {
        browser.expect_console("status of 401");
        get_tokens(browser, Role::HrAdmin).await;
        let email = browser.site.account("acme", Role::HrAdmin).await.email;
        let said = try_out(browser, "id", "whoami").await;
        assert!(said.contains("Accepted 200") && said.contains(&email), "{said}");
        let said = try_out(browser, "access", "whoami").await;
        assert!(
            said.contains("Accepted 200")
                && said.contains("no e-mail")
                && said.contains("get the address from an ID token"),
            "{said}"
        );
        let said = try_out(browser, "access", "employees").await;
        assert!(said.contains("Accepted 200") && said.contains("people"), "{said}");
        for (token, endpoint, reason) in [
            ("id", "employees", "the token is not meant for this use"),
            ("refresh", "employees", "a refresh token is not an access token"),
            ("refresh", "whoami", "a refresh token is not an access token"),
        ] {
            let said = try_out(browser, token, endpoint).await;
            assert!(
                said.contains("Refused 401") && said.contains(reason),
                "{token} at {endpoint}: {said}"
            );
        }
    })
    .await;
}

/// C9: a request with a bearer token never carries the cookie, so that only the token can give access.
#[tokio::test]
async fn a_request_carries_a_token_or_a_cookie() {
    in_a_browser(1280, async |browser| {
        browser.expect_console("status of 40");
        watch::in_every_document(&browser.driver, NOTE_REQUESTS).await;
        get_tokens(browser, Role::Employee).await;
        browser.click("[data-test=try-all]").await;
        for endpoint in ["whoami", "employees", "userInfo"] {
            verdict(browser, &format!("[data-test=trial-refresh-{endpoint}]")).await;
        }
        let asked: Vec<Value> = browser.ask("return window.asked").await;
        let (get_with_token, other): (Vec<_>, Vec<_>) =
            asked.iter().partition(|asked| asked["bears"] == true);
        assert!(get_with_token.len() >= 9 && !other.is_empty(), "{asked:?}");
        assert!(
            get_with_token.iter().all(|asked| asked["credentials"] == "omit"),
            "{get_with_token:?}"
        );
    })
    .await;
}

/// T1, T4a: every forged token is refused with a reason, and no row of the checklist is green before it was seen.
#[tokio::test]
async fn every_attack_is_refused() {
    const ANSWERS: &str = r"
        const rows = [...document.querySelectorAll('[data-test=attacks] tbody tr')];
        const answers = rows.map((row) => [row.dataset.test, row.querySelector('[data-test=verdict]')?.textContent ?? '']);
        return answers.every(([, answer]) => answer && !answer.includes('Sending')) && answers;
    ";
    const GREEN: &str = "return [...document.querySelectorAll('[data-test=checklist] li')].filter((line) => line.querySelector('.tag.good')).map((line) => line.dataset.test)";
    in_a_browser(1280, async |browser| {
        browser.expect_console("status of 40");
        get_tokens(browser, Role::Employee).await;
        let green: Vec<String> = browser.ask(GREEN).await;
        assert_eq!(green, ["check-expiry", "check-storage", "check-claims"]);
        browser.click("[data-test=attack-all]").await;
        let answers: Vec<(String, String)> =
            browser.wait_for("an answer to every attack", ANSWERS).await;
        for (attack, answer) in &answers {
            assert!(answer.starts_with("Refused 401") && answer.len() > 20, "{attack}: {answer}");
        }
        assert_eq!(answers.len(), 14);
        let green: Vec<String> = browser.ask(GREEN).await;
        let seen = ["algorithm", "expiry", "storage", "audience", "issuer", "signature", "claims"];
        assert_eq!(green, seen.map(|id| format!("check-{id}")));
    })
    .await;
}

/// T4g: using the refresh token returns its successor; using the old one at once returns the same successor.
#[tokio::test]
async fn a_refresh_token_is_replaced() {
    in_a_browser(1280, async |browser| {
        let before = get_tokens(browser, Role::Employee).await;
        browser.click("[data-test=refresh]").await;
        let said: String = browser
            .wait_for("an event", "return document.querySelector('[data-test=renewal-event]')?.textContent")
            .await;
        assert!(said.starts_with("Replaced"), "{said}");
        browser
            .wait_for::<bool>("the next generation", "return document.querySelector('[data-test=generation]').textContent === 'Generation 2'")
            .await;
        let after: Vec<String> = browser.ask(SHOWN).await;
        assert!(before.iter().zip(&after).all(|(before, after)| before != after));
        browser.click("[data-test=refresh-old]").await;
        let said: String = browser
            .wait_for("two events", "return document.querySelectorAll('[data-test=renewal-event]')[1]?.textContent")
            .await;
        assert!(said.contains("The same successor"), "{said}");
    })
    .await;
}

/// T5: after the revocation this API refuses the access token at once, while a plain verifier still accepts it. Both are shown, before and after.
#[tokio::test]
async fn a_revoked_token_is_refused_here_and_accepted_by_a_plain_verifier() {
    in_a_browser(1280, async |browser| {
        browser.expect_console("status of 401");
        get_tokens(browser, Role::HrAdmin).await;
        browser.click("[data-test=revoke]").await;
        for (moment, side, said) in [
            ("before", "api", "Accepted 200"),
            ("before", "verifier", "Still valid"),
            ("after", "api", "Refused 401the token was revoked"),
            ("after", "verifier", "Still valid"),
        ] {
            let answer =
                verdict(browser, &format!("[data-test={moment}] [data-test={side}]")).await;
            assert!(answer.starts_with(said), "{moment}, {side}: {answer}");
        }
    })
    .await;
}

/// T6: only the HR admin sees the outbox, and an empty outbox says what it is for.
#[tokio::test]
async fn the_outbox_is_for_the_hr_admin() {
    in_a_browser(1280, async |browser| {
        browser.sign_in_as("acme", Role::HrAdmin).await;
        browser.go("acme", "/tokens").await;
        browser.click("[data-test=outbox] summary").await;
        browser.see("[data-test=outbox] [data-test=empty]").await;
        browser.sign_in_as("acme", Role::Auditor).await;
        browser.go("acme", "/tokens").await;
        browser.see("[data-test=get-tokens]").await;
        browser.see("[data-test=viewer-name]").await;
        assert!(!browser.has("[data-test=outbox]").await);
    })
    .await;
}

/// P1, P2: on a screen 390 pixels wide the page is not too wide, and the bar links to it.
#[tokio::test]
async fn the_tokens_page_fits_a_phone_screen() {
    in_a_browser(390, async |browser| {
        browser.expect_console("status of 40");
        get_tokens(browser, Role::Employee).await;
        browser.click("[data-test=try-all]").await;
        verdict(browser, "[data-test=trial-refresh-userInfo]").await;
        let width: u32 = browser.ask("return document.documentElement.scrollWidth").await;
        assert!(width <= 390, "the page is {width} wide");
    })
    .await;
}
