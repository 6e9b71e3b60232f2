//! Who is signed in, until when, in which theme, and the way out. It stands in the rail; on a phone it is a popover.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    changing::drawing,
    client::{Client, Failure},
    parts::{
        bone::{Bone, Length},
        face::Face,
        icon::{Icon, Shape},
        theme_switch::ThemeSwitch,
    },
    session::{Viewer, sign_out},
    text::{Clock, role_label},
};

/// Who is signed in, and the way out.
#[component]
pub(super) fn Account() -> impl IntoView {
    let viewer = expect_context::<Viewer>();
    let client = expect_context::<Client>();
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
        <section id="account" class="account" popover="auto" aria-label="Account">
            {drawing(move || viewer.session().get().map_or_else(|| view! { <Nobody /> }.into_any(), |session| who(&session).into_any()))}
            {drawing(sorry)}
            <div class="account-actions">
                <ThemeSwitch />
                <button type="button" class="button quiet" data-test="sign-out" disabled=leaving on:click=leave>
                    <Icon shape=Shape::Leave />
                    "Sign out"
                </button>
            </div>
        </section>
    }
}

fn who(session: &api_types::SessionView) -> impl IntoView + use<> {
    let id = session.employee_id.map_or_else(|| session.email.clone(), |id| id.to_string());
    let ends = format!("Session ends {}", Clock::read().time(session.expires_at));
    view! {
        <div class="who" title=session.email.clone()>
            <Face name=session.name.clone() id />
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

#[component]
fn Nobody() -> impl IntoView {
    view! {
        <div class="who">
            <span class="bone round" aria-hidden="true"></span>
            <div>
                <Bone />
                <small>
                    <Bone length=Length::Short />
                </small>
            </div>
        </div>
        <p class="session-end">
            <Bone />
        </p>
    }
}
