//! The sessions of the person, for HR admins.

use api_types::{SessionList, paths};
use domain::EmployeeId;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    client::{Client, Failure},
    components::{error_state::ErrorState, session_list::SessionRows},
    reactive::{flag, reactive_view},
    remote::{Phase, Remote, StaleWhileLoading},
};

/// The devices on which the person is signed in, and a button to end all sessions.
#[component]
pub(super) fn Sessions(
    /// The person whose sessions are shown.
    id: EmployeeId,
) -> impl IntoView {
    let sessions = Remote::<SessionList>::new(StaleWhileLoading::Old, move || {
        Some(paths::employee_sessions(id))
    });
    let body = move || match sessions.phase().get() {
        Phase::Loading => view! { <p class="skeleton block" aria-hidden="true"></p> }.into_any(),
        Phase::Failed => reactive_view(move || {
            let retry = Callback::new(move |()| sessions.retry());
            sessions.failure().get().map(|failure| view! { <ErrorState failure retry /> })
        })
        .into_any(),
        Phase::Ready => reactive_view(move || {
            sessions.value.get().map(|list| view! { <Devices list id sessions /> })
        })
        .into_any(),
    };
    view! {
        <section class="card person-sessions" data-test="person-sessions">
            <h2>"Signed in on"</h2>
            {reactive_view(body)}
        </section>
    }
}

#[component]
fn Devices(
    /// The sessions and devices as they were loaded.
    list: SessionList,
    /// The person whose sessions are shown.
    id: EmployeeId,
    /// Loads the sessions again.
    sessions: Remote<SessionList>,
) -> impl IntoView {
    let client = expect_context::<Client>();
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Failure>));
    let end_all = move |_| {
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            failed.set(client.delete(&paths::employee_sessions(id)).await.err());
            busy.set(false);
            sessions.retry();
        });
    };
    let nowhere = list.items.is_empty() && list.remembered.is_empty();
    let text = if nowhere {
        "Not signed in on any device. Applications may still have access."
    } else {
        "Signs this person out on all devices, and every application that acts for them."
    };
    view! {
        <SessionRows list />
        <div class="card-foot">
            <p>{text}</p>
            <button type="button" class="button" data-test="end-person-sessions" disabled=flag(move || busy.get()) on:click=end_all>
                "Sign out everywhere"
            </button>
        </div>
        {reactive_view(move || {
            failed.get().map(|failure| {
                view! { <p class="form-error" role="alert">{format!("This person may still be signed in. {}", failure.advice())}</p> }
            })
        })}
    }
}
