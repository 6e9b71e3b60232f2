//! The rail: the company, the navigation and the account. On a phone the navigation is a bar at the bottom.

use domain::Permission;
use leptos::prelude::*;
use leptos_router::hooks::use_url;

use crate::{
    application::Application,
    components::{
        company_mark::CompanyMark,
        icon::{Icon, Shape},
    },
    host::Host,
    reactive::{attribute, reactive_view, text},
    return_path::{EXPLAINER, HOME, SETTINGS, TOKENS, WIDGETS},
    session::Viewer,
    shell::account::Account,
};

/// The rail of all pages for signed-in users.
#[component]
pub(super) fn Rail() -> impl IntoView {
    let viewer = expect_context::<Viewer>();
    let url = use_url();
    let company = Memo::new(move |_| {
        viewer
            .session()
            .with(|session| session.as_ref().map(|session| session.company_name.clone()))
    });
    let demonstration = Memo::new(move |_| {
        viewer
            .session()
            .with(|session| session.as_ref().is_some_and(|session| session.demonstration))
    });
    let manages_sessions = Memo::new(move |_| viewer.may(Permission::ManageSessions));
    let application = expect_context::<Application>();
    let own_page = Memo::new(move |_| {
        let own = viewer.session().with(|session| session.as_ref()?.employee_id)?;
        Some(format!("{HOME}/{own}"))
    });
    let here = move |link: &str| {
        let url = url.read();
        let path = url.path();
        let is_below = match link {
            HOME => path.starts_with(HOME) && own_page.read().as_deref() != Some(path),
            SETTINGS => path == WIDGETS,
            _ => false,
        };
        if path == link { Some("page") } else { is_below.then_some("true") }
    };
    view! {
        <header class="rail">
            <a class="skip-link" href="#main" rel="external">
                "Skip to content"
            </a>
            <div class="company" data-test="company">
                <CompanyMark name=Signal::derive(move || company.get().unwrap_or_default()) />
                <div>
                    <b>{text(move || company.get().unwrap_or_default())}</b>
                    <small>{expect_context::<Host>().name()}</small>
                </div>
            </div>
            <nav aria-label="Main">
                <a href=HOME rel=application.rel_of(HOME) aria-current=attribute(move || here(HOME)) data-test="nav-people">
                    <Icon shape=Shape::People />
                    "People"
                </a>
                {reactive_view(move || {
                    own_page
                        .get()
                        .map(|own| {
                            let link = own.clone();
                            view! {
                                <a href=own rel=application.rel_of(HOME) aria-current=attribute(move || here(&link)) data-test="nav-own-page">
                                    <Icon shape=Shape::Person />
                                    "My page"
                                </a>
                            }
                        })
                })}
                {reactive_view(move || {
                    demonstration
                        .get()
                        .then(|| {
                            view! {
                                <a href=TOKENS rel=application.rel_of(TOKENS) aria-current=attribute(move || here(TOKENS)) data-test="nav-tokens">
                                    <Icon shape=Shape::Key />
                                    "Tokens"
                                </a>
                                <a href=EXPLAINER rel=application.rel_of(EXPLAINER) aria-current=attribute(move || here(EXPLAINER)) data-test="nav-explainer">
                                    <Icon shape=Shape::Cookie />
                                    "Cookies"
                                </a>
                            }
                        })
                })}
                {reactive_view(move || {
                    manages_sessions
                        .get()
                        .then(|| {
                            view! {
                                <a href=SETTINGS rel=application.rel_of(SETTINGS) aria-current=attribute(move || here(SETTINGS)) data-test="nav-settings">
                                    <Icon shape=Shape::Settings />
                                    "Settings"
                                </a>
                            }
                        })
                })}
                <button type="button" class="account-opener" popovertarget="account" data-test="account-opener">
                    <Icon shape=Shape::Account />
                    "Account"
                </button>
            </nav>
            <Account />
        </header>
    }
}
