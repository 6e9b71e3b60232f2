//! What a script in the page can do with cookies.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDocument;

/// The cookie that the page tries to set. It is deleted at once if the browser accepts it.
const TRIAL: &str = "__Host-trial";

/// Whether the browser accepted a cookie with the prefix `__Host-`, without and with the attribute `Secure`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SecureTrial {
    /// Accepted without `Secure`. Browsers must refuse it.
    pub(super) without: bool,
    /// Accepted with `Secure`.
    pub(super) with: bool,
}

/// The names of the cookies in `document.cookie`, which is all that a script can read.
pub(super) fn readable_cookies() -> Vec<String> {
    let cookies = page().and_then(|page| page.cookie().ok()).unwrap_or_default();
    names(&cookies)
}

/// Tries to set a cookie with the prefix `__Host-` as a script, and deletes it.
pub(super) fn try_secure() -> SecureTrial {
    let without = sets("Path=/");
    let with = sets("Path=/; Secure");
    SecureTrial { without, with }
}

/// Sets the trial cookie with these attributes, and returns whether the browser has it afterwards.
fn sets(attributes: &str) -> bool {
    let set = |value: &str, more: &str| {
        if let Some(page) = page() {
            // An error and a refusal are the same here: the cookie is not there afterwards.
            let _ =
                page.set_cookie(&format!("{TRIAL}={value}; {attributes}; SameSite=Strict{more}"));
        }
    };
    set("1", "");
    let accepted = readable_cookies().iter().any(|name| name == TRIAL);
    if accepted {
        set("", "; Max-Age=0");
    }
    accepted
}

fn page() -> Option<HtmlDocument> {
    document().dyn_into().ok()
}

/// The names in a text such as `a=1; b=2`.
fn names(cookies: &str) -> Vec<String> {
    let name = |pair: &str| pair.split('=').next().unwrap_or_default().trim().to_owned();
    cookies.split(';').map(name).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C9: the names are those before the first `=` of each pair.
    #[test]
    fn names_are_read_from_pairs() {
        assert_eq!(names("theme=dark; utm=a=b;odd"), ["theme", "utm", "odd"]);
        assert_eq!(names(""), [""; 0]);
    }
}
