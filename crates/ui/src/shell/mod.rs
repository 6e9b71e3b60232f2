//! The frame around every page for signed-in users: the rail, and the page itself.

mod account;
mod idle_warning;
mod rail;

use std::time::Duration;

use api_types::{SessionView, paths};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    application::Application,
    client::Client,
    components::error_state::ErrorState,
    reactive::{effect, reactive_view},
    remote::{Phase, Remote, StaleWhileLoading},
    return_path::{HOME, ONBOARDING},
    route::Route,
    session::Viewer,
    text::millis_until,
};
use idle_warning::IdleWarning;
use rail::Rail;

/// The longest timeout that browsers support, in milliseconds.
const LONGEST_WAIT_MS: u64 = i32::MAX as u64;

/// The URL of the list as it was last shown, so that the link back keeps page, filters and order.
#[derive(Clone, Copy)]
pub(crate) struct LastList(pub(crate) RwSignal<String>);

/// The frame around every page for signed-in users. It loads the session if it is not known yet.
#[component]
pub(crate) fn Shell() -> impl IntoView {
    let viewer = expect_context::<Viewer>();
    provide_context(LastList(RwSignal::new(HOME.to_owned())));
    // After signing in the session is known. After a reload it must be loaded, at the same time as the page's own data.
    let nobody_yet = move || viewer.session().read().is_none().then(|| paths::SESSION.to_owned());
    let session = Remote::<SessionView>::new(StaleWhileLoading::Old, nobody_yet);
    effect(move || {
        if let Some(session) = session.value.get() {
            viewer.welcome(session);
        }
    });
    ask_again_when_it_ends(viewer);
    let application = expect_context::<Application>();
    let route = expect_context::<Memo<Route>>();
    let shell_page = Memo::new(move |_| ShellPage::of(&route.read()));
    let failed = Memo::new(move |_| session.phase().get() == Phase::Failed);
    let retry = Callback::new(move |()| session.retry());
    let page = move || match (failed.get(), shell_page.get()) {
        (true, _) => reactive_view(move || {
            session.failure().get().map(|failure| view! { <ErrorState failure retry /> })
        })
        .into_any(),
        (false, page) => (application.inside)(page),
    };
    view! {
        <div class="shell">
            <Rail />
            <main id="main" tabindex="-1">
                <DraftNotice />
                {reactive_view(page)}
            </main>
            <IdleWarning />
        </div>
    }
}

/// Tells the user that the account has adopted a draft, on every page except the one that shows it.
#[component]
fn DraftNotice() -> impl IntoView {
    let viewer = expect_context::<Viewer>();
    let route = expect_context::<Memo<Route>>();
    let rel = expect_context::<Application>().rel_of(ONBOARDING);
    let waits = Memo::new(move |_| {
        let has_draft =
            |session: &Option<SessionView>| session.as_ref().is_some_and(|one| one.has_draft);
        *route.read() != Route::Onboarding && viewer.session().with(has_draft)
    });
    reactive_view(move || {
        waits.get().then(|| {
            view! {
                <p class="card draft-notice" role="status" data-test="draft-notice">
                    "The onboarding form that was begun on this device is now in your account. "
                    <a href=ONBOARDING rel=rel data-test="see-draft">"Use or discard it"</a>
                </p>
            }
        })
    })
}

/// The page in the shell. It stays the same when the user goes from one person to another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShellPage {
    /// The directory of people.
    Directory,
    /// The page of one person.
    Person,
    /// The onboarding form of the user.
    Onboarding,
    /// The user's devices.
    Devices,
    /// The session settings of the company.
    Settings,
    /// The widgets of the company.
    Widgets,
    /// The tokens page of the demonstration.
    Tokens,
    /// The page of the demonstration about cookies, sessions and tokens.
    Explainer,
}

impl ShellPage {
    fn of(route: &Route) -> Self {
        match route {
            Route::Person(_) => Self::Person,
            Route::Onboarding => Self::Onboarding,
            Route::Devices => Self::Devices,
            Route::Settings => Self::Settings,
            Route::Widgets => Self::Widgets,
            Route::Tokens => Self::Tokens,
            Route::Explainer => Self::Explainer,
            _ => Self::Directory,
        }
    }
}

/// Requests the session again when it should have expired. The reply leads to the sign-in page, or contains the new expiry time.
fn ask_again_when_it_ends(viewer: Viewer) {
    let client = expect_context::<Client>();
    effect(move || {
        let Some(end) = viewer.session().with(|session| Some(session.as_ref()?.expires_at)) else {
            return;
        };
        let wait = Duration::from_millis((millis_until(end) + 1_000).min(LONGEST_WAIT_MS));
        let ask = move || {
            spawn_local(async move {
                // A failure says nothing about the session; the next request will.
                if let Ok(session) = client.session().await {
                    viewer.welcome(session);
                }
            });
        };
        if let Ok(waiting) = set_timeout_with_handle(ask, wait) {
            on_cleanup(move || waiting.clear());
        }
    });
}
