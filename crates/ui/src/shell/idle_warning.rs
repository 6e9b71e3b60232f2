//! Warns before the session ends because it is not used, and lets the user stay signed in (WCAG 2.2.1).

use std::time::Duration;

use leptos::{html, prelude::*, task::spawn_local};

use crate::{
    client::{Client, Failure},
    reactive::{attribute, effect, open_while, text},
    session::Viewer,
};

/// How long before the end the warning appears, in seconds.
const WARN_BEFORE: u64 = 120;

/// The dialog that warns before the session ends. It checks the time once a second. When the time is over it goes to the sign-in page without a request, because a
/// request would use the session.
#[component]
pub(super) fn IdleWarning() -> impl IntoView {
    let (client, viewer) = (expect_context::<Client>(), expect_context::<Viewer>());
    let dialog = NodeRef::<html::Dialog>::new();
    let (left, busy) = (RwSignal::new(None::<u64>), RwSignal::new(false));
    let failed = RwSignal::new(None::<Failure>);
    update_every_second(client, viewer, left);
    let warns = Memo::new(move |_| left.get().is_some());
    let stay = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            match client.session().await {
                Ok(session) => viewer.welcome(session),
                Err(failure) if failure.concerns_the_whole_page() => {}
                Err(failure) => {
                    failed.try_set(Some(failure));
                }
            }
            busy.try_set(false);
        });
    };
    open_while(dialog, move || warns.get());
    let over = Memo::new(move |_| left.get() == Some(0));
    effect(move || {
        if over.get() {
            client.signed_out.set(true);
        }
    });
    // Escape closes the dialog, which is an answer too.
    let closed = move |_| {
        if warns.get_untracked() {
            stay();
        }
    };
    let time = move || {
        let seconds = left.get().unwrap_or(0);
        format!("You will be signed out in {}:{:02}.", seconds / 60, seconds % 60)
    };
    let trouble = move || failed.get().map(|failure| failure.advice()).unwrap_or_default();
    view! {
        <dialog
            class="dialog"
            node_ref=dialog
            role="alertdialog"
            aria-labelledby="idle-title"
            aria-describedby="idle-time"
            data-test="idle-warning"
            on:close=closed
        >
            <h2 id="idle-title">"Are you still there?"</h2>
            <p id="idle-time">{text(time)}</p>
            <p class="form-error" role="alert">{text(trouble)}</p>
            <div class="dialog-actions">
                <button
                    type="button"
                    class="button primary"
                    data-test="stay"
                    aria-disabled=attribute(move || busy.get().then_some("true"))
                    on:click=move |_| stay()
                >
                    "Stay signed in"
                </button>
            </div>
        </dialog>
    }
}

/// Sets `left` once a second: to the seconds until the session ends if it is not used, or to `None` while there are more than two minutes.
fn update_every_second(client: Client, viewer: Viewer, left: RwSignal<Option<u64>>) {
    let update = move || {
        let idle = viewer.session().with_untracked(|session| Some(session.as_ref()?.idle_seconds));
        let unused = js_sys::Date::now() - client.last_used.get_value();
        if unused < 0.0 {
            // The clock was set back.
            client.last_used.set_value(js_sys::Date::now());
        }
        let soon = idle.map(|idle| seconds_left(idle, unused)).filter(|left| *left <= WARN_BEFORE);
        if left.get_untracked() != soon {
            left.set(soon);
        }
    };
    if let Ok(updating) = set_interval_with_handle(update, Duration::from_secs(1)) {
        on_cleanup(move || updating.clear());
    }
}

/// The seconds that are left of `idle` seconds after `unused` milliseconds. The server notes a use only once per tenth of the idle time, so the session may end a
/// tenth earlier, and this counts down to that time.
fn seconds_left(idle: u64, unused: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "seconds are whole numbers far below 2^53, and not negative here"
    )]
    let unused = (unused / 1_000.0).max(0.0) as u64;
    (idle - idle / 10).saturating_sub(unused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_that_is_left_is_never_negative() {
        assert_eq!(seconds_left(1_800, 0.0), 1_620);
        assert_eq!(seconds_left(1_800, 1_500_500.0), 120);
        assert_eq!(seconds_left(1_800, 9e9), 0);
        assert_eq!(seconds_left(1_800, -5_000.0), 1_620);
    }
}
