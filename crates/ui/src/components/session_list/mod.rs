//! A list of sessions: on the page of the user's own devices, and on the page of a colleague.

use api_types::ListedSession;
use leptos::prelude::*;

use crate::{
    reactive::attribute,
    text::{Local, device_name, place_name},
};

/// A list of sessions, each with its device, its place and its last use.
#[component]
pub(crate) fn SessionRows(
    /// The sessions to show.
    sessions: Vec<ListedSession>,
    /// Called with the id of a session when the user ends it; without it the list has no buttons.
    #[prop(optional)]
    end: Option<Callback<String>>,
    /// Whether a session is being ended, so that no other can be.
    #[prop(optional)]
    busy: RwSignal<bool>,
) -> impl IntoView {
    let row = move |session: ListedSession| {
        let name = device_name(&session.user_agent);
        let now = Local::now();
        let signed_in = Local::at(session.signed_in_at).seen_from(now);
        let last_seen = Local::at(session.last_seen_at).seen_from(now);
        let place = place_name(session.address.as_deref());
        let label = format!("Sign out {name}, last used {last_seen}");
        let id = session.id.clone();
        let button = end.filter(|_| !session.current).map(|end| {
            view! {
                <button type="button" class="button" data-test="end-session" aria-disabled=attribute(move || busy.get().then_some("true")) aria-label=label on:click=move |_| end.run(id.clone())>
                    "Sign out"
                </button>
            }
        });
        let current =
            session.current.then(|| view! { <span class="tag accent">"This device"</span> });
        view! {
            <li data-test="session">
                <div>
                    <b>{name} " " {current}</b>
                    <small title=session.user_agent>
                        {format!("Signed in {signed_in} from {place} · last used {last_seen}")}
                    </small>
                </div>
                {button}
            </li>
        }
    };
    view! { <ul class="session-rows">{sessions.into_iter().map(row).collect_view()}</ul> }
}
