//! Starts the app and selects the page for the host and the path.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    components::Router,
    hooks::{use_navigate, use_url},
    location::{BrowserUrl, LocationProvider},
};
use wasm_bindgen::JsCast;

use crate::{
    application::Application,
    client::{Client, HostState},
    colour,
    components::{icon::Shape, notice::Notice},
    host::Host,
    page_lifecycle,
    pages::{company_closed::CompanyClosed, not_found::NotFound, unknown_company::UnknownCompany},
    reactive::{effect, reactive_view},
    return_path::{HOME, SIGN_IN, sign_in_then},
    route::Route,
    session::Viewer,
    shell::Shell,
    skeleton,
    title::Announced,
};

/// Replaces the skeleton in `index.html` with an application.
pub(crate) fn start(application: Application) {
    page_lifecycle::show_failures();
    skeleton::detach();
    leptos::mount::mount_to_body(move || view! { <App application /> });
}

#[component]
fn App(
    /// The pages that this binary contains.
    application: Application,
) -> impl IntoView {
    provide_context(application);
    let host = Host::here();
    let client = Client::new(host.host_state());
    let announced = RwSignal::new(String::new());
    page_lifecycle::reload_when_restored();
    if let Some(company) = host.company() {
        colour::paint(company);
        page_lifecycle::leave_when_another_tab_signs_out();
        page_lifecycle::note_use_in_other_tabs(client);
    }
    provide_context(host);
    provide_context(client);
    provide_context(Viewer::unknown());
    provide_context(Announced(announced));
    let place = move || match client.host_state.get() {
        HostState::Company => view! { <Company /> }.into_any(),
        HostState::BareHost => view! { <BareHost /> }.into_any(),
        HostState::UnknownCompany => view! { <UnknownCompany /> }.into_any(),
        HostState::CompanyClosed => view! { <CompanyClosed /> }.into_any(),
    };
    view! {
        <p class="visually-hidden" role="status">
            {announced}
        </p>
        <Router>
            <AuthGuard />
            {reactive_view(place)}
        </Router>
    }
}

#[component]
fn BareHost() -> impl IntoView {
    let application = expect_context::<Application>();
    let url = use_url();
    reactive_view(move || {
        if url.read().path() == "/" {
            (application.picker)()
        } else {
            view! { <NotFound home="/" /> }.into_any()
        }
    })
}

/// The pages of a company's host. All pages for signed-in users share the shell, so navigation between them does not rebuild it.
#[component]
fn Company() -> impl IntoView {
    let url = use_url();
    let navigate = use_navigate();
    let route = Memo::new(move |_| Route::parse(url.read().path()));
    provide_context(route);
    effect(move || {
        if *route.read() == Route::Start {
            navigate(HOME, NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    });
    let application = expect_context::<Application>();
    let is_in_other_application = leave_for_the_other_application(application, route);
    // Otherwise the browser is about to leave this document, and the page stays empty for that moment.
    let was_sent_here = is_in_other_application.get_untracked();
    let inside = Memo::new(move |_| route.read().is_inside());
    reactive_view(move || {
        if is_in_other_application.get() {
            return if was_sent_here {
                view! { <OtherApplication /> }.into_any()
            } else {
                ().into_any()
            };
        }
        if inside.get() {
            return view! { <Shell /> }.into_any();
        }
        match route.get() {
            Route::SignIn => (application.sign_in)(),
            Route::Welcome => (application.welcome)(),
            Route::NotFound => view! { <NotFound home=HOME /> }.into_any(),
            Route::Start
            | Route::People
            | Route::Person(_)
            | Route::Onboarding
            | Route::Devices
            | Route::Settings
            | Route::Widgets
            | Route::Tokens
            | Route::Explainer => ().into_any(),
        }
    })
}

/// Loads the document of the other application when the user goes to one of its pages. Returns whether the current page is one of them.
fn leave_for_the_other_application(application: Application, route: Memo<Route>) -> Memo<bool> {
    let elsewhere = Memo::new(move |_| !application.contains(&route.read()));
    let url = use_url();
    // If this document itself was sent for such a page, the server does not have the other application, and loading again would not end.
    let mut loaded = false;
    effect(move || {
        if elsewhere.get() && loaded {
            let url = url.read_untracked();
            let search = if url.search().is_empty() { "" } else { "?" };
            let address = [url.path(), search, url.search()].concat();
            // Fails only for an invalid URL; this one is valid.
            let _ = window().location().replace(&address);
        }
        loaded = true;
    });
    elsewhere
}

/// Shown in place of a page that this server was built without.
#[component]
fn OtherApplication() -> impl IntoView {
    view! {
        <Notice
            shape=Shape::Key
            title="This page is not available here"
            detail="This server does not have the pages of the demonstration."
            test="other-application"
        >
            <a class="button" href=HOME>
                "Back to people"
            </a>
        </Notice>
    }
}

/// The auth guard: goes to the sign-in page when the session has ended. It also moves the focus when the path changes.
#[component]
fn AuthGuard() -> impl IntoView {
    let client = expect_context::<Client>();
    let viewer = expect_context::<Viewer>();
    let url = use_url();
    let navigate = use_navigate();
    effect(move || {
        if !client.signed_out.get() {
            return;
        }
        client.signed_out.set(false);
        client.forget();
        viewer.session().set(None);
        let here = url.read_untracked();
        if here.path() != SIGN_IN {
            let target = if here.search().is_empty() {
                here.path().to_owned()
            } else {
                format!("{}?{}", here.path(), here.search())
            };
            drop(here);
            navigate(
                &sign_in_then(&target),
                NavigateOptions { replace: true, ..NavigateOptions::default() },
            );
        }
    });
    let address_bar = use_context::<BrowserUrl>();
    let mut before = None;
    effect(move || {
        let path = url.read().path().to_owned();
        // The router updates the address bar only when the new page is ready. Pages of this app are ready at once.
        if let Some(address_bar) = &address_bar {
            address_bar.ready_to_complete();
        }
        if before.as_ref().is_some_and(|before| *before != path) {
            request_animation_frame(focus_main);
        }
        before = Some(path);
    });
}

/// Focuses the `<main>` element of the new page, because the element that had the focus was removed with the old page.
pub(crate) fn focus_main() {
    let main = document()
        .get_element_by_id("main")
        .and_then(|main| main.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(main) = main {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        // Fails only for an element that is no longer in the page.
        let _ = main.focus_with_options(&options);
    }
}

/// Whether the `<main>` element has the focus.
pub(crate) fn main_has_focus() -> bool {
    document().active_element().is_some_and(|element| element.id() == "main")
}
