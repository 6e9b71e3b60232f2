//! Warns before the session ends because it is not used, and lets the user stay signed in (WCAG 2.2.1).

use std::time::Duration;

use api_types::{SessionView, paths};
use leptos::{html, prelude::*, task::spawn_local};

use crate::{
    client::{Client, Failure, read},
    reactive::{effect, flag, text},
    session::Viewer,
};

/// How long before the end the warning appears, in seconds.
const WARN_BEFORE: u64 = 120;

/// The dialog that warns before the session ends. It looks at the clock once a second; the server decides when the session ends.
#[component]
pub(super) fn IdleWarning() -> impl IntoView {
    let (client, viewer) = (expect_context::<Client>(), expect_context::<Viewer>());
    let dialog = NodeRef::<html::Dialog>::new();
    let (left, busy) = (RwSignal::new(None::<u64>), RwSignal::new(false));
    let failed = RwSignal::new(None::<Failure>);
    watch_the_clock(client, viewer, left);
    let warns = Memo::new(move |_| left.get().is_some_and(|left| left <= WARN_BEFORE));
    let stay = move || {
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            match ask(client).await {
                Ok(session) => viewer.welcome(session),
                Err(failure) if failure.concerns_the_whole_page() => {}
                Err(failure) => failed.set(Some(failure)),
            }
            busy.set(false);
        });
    };
    effect(move || {
        let Some(dialog) = dialog.get() else { return };
        match (warns.get(), dialog.open()) {
            // Fails only for a dialog that is open or outside of the document.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    // At the end the server is asked once: another tab may have used the session.
    let over = Memo::new(move |_| left.get() == Some(0));
    effect(move || {
        if over.get() {
            stay();
        }
    });
    let time = move || match left.get().unwrap_or(0) {
        0 => "Your session has not been used for a long time.".to_owned(),
        seconds => format!("You will be signed out in {}:{:02}.", seconds / 60, seconds % 60),
    };
    let trouble = move || failed.get().map(|failure| failure.advice()).unwrap_or_default();
    view! {
        <dialog class="dialog" node_ref=dialog aria-labelledby="idle-title" data-test="idle-warning">
            <h2 id="idle-title">"Are you still there?"</h2>
            <p>{text(time)}</p>
            <p class="form-error" role="alert">{text(trouble)}</p>
            <form method="dialog" on:submit=move |event| { event.prevent_default(); stay(); }>
                <div class="dialog-actions"><button type="submit" class="button primary" data-test="stay" disabled=flag(move || busy.get())>
                    "Stay signed in"
                </button></div>
            </form>
        </dialog>
    }
}

/// Requests the session, which uses it.
async fn ask(client: Client) -> Result<SessionView, Failure> {
    read(&client.get(paths::SESSION, None).await?)
}

/// Sets `left` to the seconds until the session ends if it is not used, once a second; `None` while they are not known.
fn watch_the_clock(client: Client, viewer: Viewer, left: RwSignal<Option<u64>>) {
    let look = move || {
        let idle = viewer.session().with_untracked(|session| Some(session.as_ref()?.idle_seconds));
        let now = js_sys::Date::now();
        let seconds = idle.map(|idle| seconds_left(idle, now - client.last_used.get_value()));
        let known = seconds.filter(|seconds| *seconds <= WARN_BEFORE);
        if left.get_untracked() != known {
            left.set(known);
        }
    };
    if let Ok(watching) = set_interval_with_handle(look, Duration::from_secs(1)) {
        on_cleanup(move || watching.clear());
    }
}

/// The seconds that are left of `idle` seconds after `unused` milliseconds. A clock that was set back counts as just used.
fn seconds_left(idle: u64, unused: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "seconds are whole numbers far below 2^53, and not negative here"
    )]
    let unused = (unused / 1_000.0).max(0.0) as u64;
    idle.saturating_sub(unused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_that_is_left_is_never_negative() {
        assert_eq!(seconds_left(1_800, 0.0), 1_800);
        assert_eq!(seconds_left(1_800, 1_700_500.0), 100);
        assert_eq!(seconds_left(1_800, 9e9), 0);
        assert_eq!(seconds_left(1_800, -5_000.0), 1_800);
    }
}
