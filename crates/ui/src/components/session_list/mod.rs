//! A list of sessions and remembered devices: on the page of the user's own devices, and on the page of a colleague.

use api_types::{ListedSession, RememberedDevice, SessionList};
use leptos::prelude::*;

use crate::{
    reactive::attribute,
    text::{Local, device_name, place_name},
};

/// A list of sessions, each with its device, its place and its last use, and then of devices that stay signed in.
#[component]
pub(crate) fn SessionRows(
    /// The sessions and devices to show.
    list: SessionList,
    /// Called with the id of a session when the user ends it; without it the list has no buttons.
    #[prop(optional)]
    end: Option<Callback<String>>,
    /// Whether a session is being ended, so that no other can be.
    #[prop(optional)]
    busy: RwSignal<bool>,
) -> impl IntoView {
    let button = move |id: String, label: String| {
        end.map(|end| {
            view! {
                <button type="button" class="button" data-test="end-session" aria-disabled=attribute(move || busy.get().then_some("true")) aria-label=label on:click=move |_| end.run(id.clone())>
                    "Sign out"
                </button>
            }
        })
    };
    let now = Local::now();
    let row = move |session: ListedSession| {
        let name = device_name(&session.user_agent);
        let signed_in = Local::at(session.signed_in_at).seen_from(now);
        let last_seen = Local::at(session.last_seen_at).seen_from(now);
        let place = place_name(session.address.as_deref());
        let label = format!("Sign out {name}, last used {last_seen}");
        let button = if session.current { None } else { button(session.id, label) };
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
    let device = move |device: RememberedDevice| {
        let [signed_in, used, until] =
            [device.signed_in_at, device.last_used_at, device.expires_at]
                .map(|time| Local::at(time).seen_from(now));
        let label = format!("Sign out the device that was last used {used}");
        view! {
            <li data-test="remembered">
                <div>
                    <b>"A device that stays signed in"</b>
                    <small>{format!("Signed in {signed_in} · last used {used} · until {until}")}</small>
                </div>
                {button(device.id, label)}
            </li>
        }
    };
    view! {
        <ul class="session-rows">
            {list.items.into_iter().map(row).collect_view()}
            {list.remembered.into_iter().map(device).collect_view()}
        </ul>
    }
}
