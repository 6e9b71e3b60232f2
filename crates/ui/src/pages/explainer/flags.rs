//! Table 2 of the lesson: each flag of a cookie is tried in this browser.

use leptos::prelude::*;

use super::{
    PageState,
    other_site::OtherSite,
    script::{SecureTrial, readable_cookies, try_secure},
};
use crate::{reactive::reactive_view, title::Announced};

/// What a script found in `document.cookie`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Reading {
    /// The cookies that it can read.
    readable: Vec<String>,
    /// The cookies with `HttpOnly` that the browser sent with its last request.
    http_only: Vec<String>,
}

/// A section with a trial for each flag.
#[component]
pub(super) fn Flags(
    /// The state of the page.
    state: PageState,
) -> impl IntoView {
    let announced = expect_context::<Announced>();
    let reading = RwSignal::new(None::<Reading>);
    let secure = RwSignal::new(None::<SecureTrial>);
    let read = move |_| {
        let readable = readable_cookies();
        state.readable.set(readable.clone());
        let http_only = state.remote.value.with_untracked(|explainer| {
            let cookies = explainer.iter().flat_map(|explainer| &explainer.cookies);
            let sent = cookies.filter(|one| one.http_only && one.value_bytes.is_some());
            sent.map(|one| one.name.clone()).collect()
        });
        let found = Reading { readable, http_only };
        announced.0.set(found.words());
        reading.set(Some(found));
    };
    let set = move |_| {
        let trial = try_secure();
        announced.0.set(trial.words().to_owned());
        secure.set(Some(trial));
    };
    let read_result =
        move || reading.get().map(|found| verdict(found.is_as_it_should_be(), found.words()));
    let set_result = move || {
        secure.get().map(|trial| verdict(trial.is_as_it_should_be(), trial.words().to_owned()))
    };
    view! {
        <section class="card token-section flag-trials" data-test="flags">
            <h2>"Try each flag"</h2>
            <p>"The page tries what each flag should prevent."</p>
            <div class="section-head" data-test="http-only">
                <div>
                    <h3>"HttpOnly: a script reads document.cookie"</h3>
                    {reactive_view(read_result)}
                </div>
                <button type="button" class="button" data-test="read-cookies" on:click=read>
                    "Read document.cookie"
                </button>
            </div>
            <div class="section-head" data-test="secure">
                <div>
                    <h3>"Secure: a script sets a cookie whose name begins with __Host-"</h3>
                    {reactive_view(set_result)}
                </div>
                <button type="button" class="button" data-test="set-cookie" on:click=set>
                    "Set a cookie"
                </button>
            </div>
            <OtherSite state />
        </section>
    }
}

fn verdict(good: bool, words: String) -> impl IntoView {
    let tag = if good {
        view! { <span class="tag good">"As it should be"</span> }
    } else {
        view! { <span class="tag bad">"Not as it should be"</span> }
    };
    view! {
        <p class="verdict" data-test="verdict">
            {tag}
            <span class="verdict-words">{words}</span>
        </p>
    }
}

impl Reading {
    /// Whether no cookie with `HttpOnly` is readable, although the browser has one.
    fn is_as_it_should_be(&self) -> bool {
        !self.http_only.is_empty() && !self.http_only.iter().any(|one| self.readable.contains(one))
    }

    fn words(&self) -> String {
        let list = |names: &[String]| {
            if names.is_empty() { "no cookie".to_owned() } else { names.join(", ") }
        };
        format!(
            "A script reads {}. The browser sent with HttpOnly: {}.",
            list(&self.readable),
            list(&self.http_only)
        )
    }
}

impl SecureTrial {
    const fn is_as_it_should_be(self) -> bool {
        self.with && !self.without
    }

    const fn words(self) -> &'static str {
        match (self.without, self.with) {
            (false, true) => {
                "The browser refused the cookie without Secure and accepted it with Secure. It is deleted again."
            }
            (false, false) => {
                "The browser refused the cookie, also with Secure. It does not accept secure cookies at this address."
            }
            (true, _) => "The browser accepted the cookie without Secure. It is deleted again.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C9: a trial is good only if there was a cookie to hide, and it is hidden.
    #[test]
    fn a_trial_without_a_cookie_shows_nothing() {
        let reading = |readable: &[&str], http_only: &[&str]| {
            let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect();
            Reading { readable: owned(readable), http_only: owned(http_only) }
        };
        assert!(reading(&["theme"], &["a"]).is_as_it_should_be());
        assert!(!reading(&["a"], &["a"]).is_as_it_should_be());
        assert!(!reading(&[], &[]).is_as_it_should_be());
        let trial = |without, with| SecureTrial { without, with }.is_as_it_should_be();
        assert_eq!(
            (trial(false, true), trial(false, false), trial(true, true)),
            (true, false, false)
        );
    }
}
