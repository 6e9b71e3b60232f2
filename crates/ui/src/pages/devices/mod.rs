//! "Your devices": where the user is signed in, and how to sign out there.

use api_types::{ListedSession, SessionList, paths};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    client::{Client, Failure},
    components::{error_state::ErrorState, session_list::SessionRows},
    reactive::{flag, reactive_view},
    remote::{Phase, Remote, StaleWhileLoading},
    skeleton::{Skeleton, SkeletonKind},
    title::use_title,
};

/// The page with the user's own sessions.
#[component]
pub(crate) fn DevicesPage() -> impl IntoView {
    use_title(|| "Your devices".to_owned());
    let sessions =
        Remote::<SessionList>::new(StaleWhileLoading::Old, || Some(paths::SESSIONS.to_owned()));
    let body = move || match sessions.phase().get() {
        Phase::Loading => view! { <Skeleton of=SkeletonKind::Card /> }.into_any(),
        Phase::Failed => reactive_view(move || {
            let retry = Callback::new(move |()| sessions.retry());
            sessions.failure().get().map(|failure| {
                view! {
                    <div class="card">
                        <ErrorState failure retry />
                    </div>
                }
            })
        })
        .into_any(),
        Phase::Ready => reactive_view(move || {
            sessions.value.get().map(|list| view! { <Devices list=list.items sessions /> })
        })
        .into_any(),
    };
    view! {
        <div class="page-head">
            <div>
                <h1>"Your devices"</h1>
                <p>"You are signed in on these devices. Sign out where you no longer use your account, or where you do not recognise the device."</p>
            </div>
        </div>
        {reactive_view(body)}
    }
}

#[component]
fn Devices(
    /// The sessions as they were loaded.
    list: Vec<ListedSession>,
    /// Loads them again.
    sessions: Remote<SessionList>,
) -> impl IntoView {
    let client = expect_context::<Client>();
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Failure>));
    let remove = move |path: String| {
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            failed.set(client.delete(&path).await.err());
            busy.set(false);
            sessions.retry();
        });
    };
    let end = Callback::new(move |id: String| remove(paths::session(&id)));
    let others = list.iter().filter(|session| !session.current).count();
    let text = match others {
        0 => "You are signed in on no other device.".to_owned(),
        1 => "Signs out the other device.".to_owned(),
        _ => format!("Signs out all {others} other devices."),
    };
    view! {
        <div class="card" data-test="devices">
            <SessionRows sessions=list end />
            <div class="card-foot">
                <p>{text}</p>
                <button
                    type="button"
                    class="button"
                    data-test="end-others"
                    disabled=flag(move || busy.get() || others == 0)
                    on:click=move |_| remove(paths::OTHER_SESSIONS.to_owned())
                >
                    "Sign out all others"
                </button>
            </div>
            {reactive_view(move || {
                failed.get().map(|failure| {
                    view! { <p class="form-error" role="alert">{format!("The device may still be signed in. {}", failure.advice())}</p> }
                })
            })}
        </div>
    }
}
