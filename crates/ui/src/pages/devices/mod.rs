//! "Your devices": where the user is signed in, and how to sign out there.

use api_types::{Code, SessionList, paths};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    client::{Client, Failure},
    components::{remote_card::card_of, session_list::SessionRows},
    reactive::{attribute, reactive_view},
    remote::{Remote, StaleWhileLoading},
    title::use_title,
};

/// The page with the user's own sessions.
#[component]
pub(crate) fn DevicesPage() -> impl IntoView {
    use_title(|| "Your devices".to_owned());
    let client = expect_context::<Client>();
    let sessions =
        Remote::<SessionList>::new(StaleWhileLoading::Old, || Some(paths::SESSIONS.to_owned()));
    let (busy, outcome) = (RwSignal::new(false), RwSignal::new(Outcome::Nothing));
    let remove = Callback::new(move |path: String| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        outcome.set(Outcome::Nothing);
        spawn_local(async move {
            outcome.set(match client.delete(&path).await {
                // Another tab may have signed the device out.
                Err(failure) if failure.code() != Some(Code::NotFound) => Outcome::Failed(failure),
                _ => Outcome::Done,
            });
            busy.set(false);
            sessions.retry();
        });
    });
    let body = card_of(sessions, move |list| view! { <Devices list busy remove /> }.into_any());
    let result = move || {
        match outcome.get() {
        Outcome::Nothing => ().into_any(),
        Outcome::Done => view! { <p class="page-note" role="status">"Signed out there."</p> }.into_any(),
        Outcome::Failed(failure) => view! {
            <p class="form-error" role="alert">{format!("The device may still be signed in. {}", failure.advice())}</p>
        }
        .into_any(),
    }
    };
    view! {
        <div class="page-head">
            <div>
                <h1>"Your devices"</h1>
                <p>"You are signed in on these devices. Sign out where you no longer use your account, or where you do not recognise the device."</p>
            </div>
        </div>
        {body}
        {reactive_view(result)}
    }
}

/// The result of the last sign-out on another device.
#[derive(Clone, PartialEq, Eq)]
enum Outcome {
    Nothing,
    Done,
    Failed(Failure),
}

#[component]
fn Devices(
    /// The sessions and devices as they were loaded.
    list: SessionList,
    /// Whether a device is being signed out.
    busy: RwSignal<bool>,
    /// Signs out by deleting the resource at this path.
    remove: Callback<String>,
) -> impl IntoView {
    let end = Callback::new(move |id: String| remove.run(paths::session(&id)));
    let others =
        list.items.iter().filter(|session| !session.current).count() + list.remembered.len();
    let text = match others {
        0 => "You are signed in on no other device.".to_owned(),
        1 => "Signs out the other device.".to_owned(),
        others => format!("Signs out all {others} other devices."),
    };
    view! {
        <div class="card" data-test="devices">
            <SessionRows list end busy />
            <div class="card-foot">
                <p>{text}</p>
                <button
                    type="button"
                    class="button"
                    data-test="end-others"
                    aria-disabled=attribute(move || busy.get().then_some("true"))
                    on:click=move |_| remove.run(paths::OTHER_SESSIONS.to_owned())
                >
                    "Sign out all others"
                </button>
            </div>
        </div>
    }
}
