//! The account box: the user, when the session ends, the theme switch and sign-out. It is part of the rail; on a phone it is a popover.

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::{
    application::Application,
    client::{Client, Failure},
    components::{
        avatar::Avatar,
        icon::{Icon, Shape},
        theme_switch::ThemeSwitch,
    },
    reactive::reactive_view,
    return_path::{DEVICES, ONBOARDING},
    session::{Viewer, sign_out},
    text::{Local, role_label},
};

/// The account box: the signed-in user, the theme switch and the button to sign out.
#[component]
pub(super) fn Account() -> impl IntoView {
    let viewer = expect_context::<Viewer>();
    let client = expect_context::<Client>();
    // Both pages are in the same application.
    let rel = expect_context::<Application>().rel_of(DEVICES);
    let leaving = RwSignal::new(false);
    let stuck = RwSignal::new(None::<Failure>);
    let leave = move |_| {
        leaving.set(true);
        stuck.set(None);
        spawn_local(async move {
            if let Err(failure) = sign_out(client).await {
                stuck.set(Some(failure));
                leaving.set(false);
            }
        });
    };
    let sorry = move || {
        stuck.get().map(|failure| {
            view! { <p class="account-stuck" role="alert">{format!("You are still signed in. {}", failure.advice())}</p> }
        })
    };
    view! {
        <div id="account" class="account" role="group" popover="auto" aria-label="Account">
            {reactive_view(move || viewer.session().with(|session| session.as_ref().map(who)))}
            {reactive_view(sorry)}
            <a class="account-link" href=DEVICES rel=rel data-test="nav-devices" on:click=|_| close_popover()>
                <Icon shape=Shape::Device />
                "Your devices"
            </a>
            <a class="account-link" href=ONBOARDING rel=rel data-test="nav-onboarding" on:click=|_| close_popover()>
                <Icon shape=Shape::Person />
                "Onboarding form"
            </a>
            <div class="account-actions">
                <ThemeSwitch />
                <button type="button" class="button quiet" data-test="sign-out" disabled=leaving on:click=leave>
                    <Icon shape=Shape::Leave />
                    "Sign out"
                </button>
            </div>
        </div>
    }
}

/// Closes the account box, which covers the page on a phone. It is no popover on a larger screen.
fn close_popover() {
    if let Some(account) = document().get_element_by_id("account")
        && let Ok(account) = account.dyn_into::<HtmlElement>()
    {
        // Fails for a popover that is not open.
        let _ = account.hide_popover();
    }
}

fn who(session: &api_types::SessionView) -> impl IntoView + use<> {
    let id = session.employee_id.map_or_else(|| session.email.clone(), |id| id.to_string());
    let ends = format!("Session ends {}", Local::at(session.expires_at).seen_from(Local::now()));
    view! {
        <div class="who" title=session.email.clone()>
            <Avatar name=session.name.clone() id />
            <div>
                <b data-test="viewer-name">{session.name.clone()}</b>
                <small data-test="viewer-role">{role_label(session.role)}</small>
            </div>
        </div>
        <p class="session-end" data-test="session-end">
            {ends}
        </p>
    }
}
