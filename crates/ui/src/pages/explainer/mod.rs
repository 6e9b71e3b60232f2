//! The page about cookies, sessions and tokens: tables 1 to 3 of the lesson, measured on the running system.

mod flags;
mod held;
mod kept;
mod lookups;
mod observed;
mod other_site;
mod revocation;
mod script;

use std::time::Duration;

use api_types::{Code, Explainer, paths};
use leptos::prelude::*;

use crate::{
    components::{demonstration_only::DemonstrationOnly, error_state::ErrorState},
    reactive::reactive_view,
    remote::{Phase, Remote, StaleWhileLoading},
    skeleton::{Skeleton, SkeletonKind},
    title::use_title,
};
use flags::Flags;
use held::Held;
use kept::Kept;
use lookups::LookupCount;
use revocation::Comparison;

/// What the server reported, and the current time. A handle: copies share one state.
#[derive(Clone, Copy)]
struct PageState {
    /// The cookies of the last request, and the session.
    remote: Remote<Explainer>,
    /// The names of the cookies that a script can read.
    readable: RwSignal<Vec<String>>,
    /// The current time in milliseconds since 1970, updated every second.
    now: RwSignal<f64>,
}

/// The page about cookies, sessions and tokens, for the viewer's own browser and session.
#[component]
pub(crate) fn ExplainerPage() -> impl IntoView {
    use_title(|| "Cookies, sessions, tokens".to_owned());
    let remote = Remote::new(StaleWhileLoading::Old, || Some(paths::EXPLAINER.to_owned()));
    let state = PageState {
        remote,
        readable: RwSignal::new(script::readable_cookies()),
        now: RwSignal::new(js_sys::Date::now()),
    };
    let tick = move || state.now.set(js_sys::Date::now());
    if let Ok(ticking) = set_interval_with_handle(tick, Duration::from_secs(1)) {
        on_cleanup(move || ticking.clear());
    }
    let body = move || match remote.phase().get() {
        Phase::Loading => view! { <Skeleton of=SkeletonKind::Card /> }.into_any(),
        Phase::Failed => reactive_view(move || failed(state)).into_any(),
        Phase::Ready => view! {
            <Held state />
            <Kept state />
            <LookupCount state />
            <Comparison state />
            <Flags state />
        }
        .into_any(),
    };
    view! {
        <div class="page-head">
            <div>
                <h1>"Cookies, sessions, tokens"</h1>
                <p>"Everything on this page is measured in your browser and on this server. It shows no value of a cookie, and your own session stays."</p>
            </div>
        </div>
        <div class="tokens explainer" data-test="explainer">
            {reactive_view(body)}
        </div>
    }
}

fn failed(state: PageState) -> Option<AnyView> {
    let failure = state.remote.failure().get()?;
    if failure.code() == Some(Code::NotFound) {
        return Some(hidden().into_any());
    }
    let retry = Callback::new(move |()| state.remote.retry());
    Some(
        view! {
            <div class="card">
                <ErrorState failure retry />
            </div>
        }
        .into_any(),
    )
}

fn hidden() -> impl IntoView {
    view! {
        <DemonstrationOnly
            title="This page works in a demonstration only"
            detail="A product does not describe its sessions to the browser. You are signed in with a cookie that no script can read."
        />
    }
}

impl PageState {
    /// Asks the server again, and reads the cookies of the page again.
    fn reload(self) {
        self.readable.set(script::readable_cookies());
        self.remote.retry();
    }

    /// What `of` reads from the server's report; `None` before there is one.
    fn read<T>(self, of: impl FnOnce(&Explainer) -> T) -> Option<T> {
        self.remote.value.with(|value| value.as_ref().map(of))
    }
}
