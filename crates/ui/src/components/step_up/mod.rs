//! A dialog in which the user enters the password again, before a change that needs it.

use api_types::{Code, SessionView, StepUp as Shown, paths};
use leptos::{ev::SubmitEvent, html, prelude::*, task::spawn_local};

use crate::{
    client::{Client, Failure},
    components::error_state::count_down,
    reactive::{attribute, open_while, text},
    session::Viewer,
};

/// The dialog. It is open while `open` is set.
#[component]
pub(crate) fn StepUp(
    /// Whether the dialog is open.
    open: RwSignal<bool>,
    /// Called after the right password, to repeat the change.
    done: Callback<()>,
) -> impl IntoView {
    let (client, viewer) = (expect_context::<Client>(), expect_context::<Viewer>());
    let (dialog, password) = (NodeRef::<html::Dialog>::new(), NodeRef::<html::Input>::new());
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(String::new()));
    let wait = RwSignal::new(0);
    count_down(wait);
    open_while(dialog, move || open.get());
    let closed = move |_| {
        open.set(false);
        problem.set(String::new());
        if let Some(input) = password.get_untracked() {
            input.set_value("");
        }
    };
    let email = move || {
        viewer.session().with(|session| session.as_ref().map(|session| session.email.clone()))
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(input) = password.get_untracked() else { return };
        if busy.get_untracked() || wait.get_untracked() != 0 {
            return;
        }
        busy.set(true);
        problem.set(String::new());
        let shown = Shown { password: input.value() };
        spawn_local(async move {
            match client.post::<SessionView>(paths::STEP_UP, &shown).await {
                Ok(session) => {
                    viewer.welcome(session);
                    // The user may have cancelled the change, or left the page.
                    if open.try_get_untracked() == Some(true) {
                        open.set(false);
                        done.run(());
                    }
                }
                Err(failure) if failure.concerns_the_whole_page() => {}
                Err(failure) => {
                    wait.try_set(failure.retry_after());
                    problem.try_set(reason(&failure));
                    // Fails only for an element that is no longer in the page.
                    let _ = input.focus();
                    input.select();
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <dialog class="dialog" node_ref=dialog aria-labelledby="step-up-title" data-test="step-up" on:close=closed>
            <form method="dialog" on:submit=submit>
                <h2 id="step-up-title">"Enter your password again"</h2>
                <p>"This change needs your password, because you did not enter it recently on this device."</p>
                <p class="form-error" role="alert" data-test="step-up-error">{text(move || problem.get())}</p>
                <input type="text" class="visually-hidden" autocomplete="username" tabindex="-1" aria-hidden="true" prop:value=text(move || email().unwrap_or_default()) />
                <div class="field">
                    <label for="step-up-password">"Password"</label>
                    <input
                        id="step-up-password"
                        class="input"
                        type="password"
                        node_ref=password
                        autocomplete="current-password"
                        maxlength="256"
                        required
                        data-test="step-up-password"
                    />
                </div>
                <div class="dialog-actions">
                    <button type="button" class="button quiet" on:click=move |_| open.set(false)>
                        "Cancel"
                    </button>
                    <button type="submit" class="button primary" data-test="step-up-submit" aria-disabled=attribute(move || (busy.get() || wait.get() != 0).then_some("true"))>
                        "Continue"
                    </button>
                </div>
            </form>
        </dialog>
    }
}

/// The text for a refusal.
fn reason(failure: &Failure) -> String {
    match failure.code() {
        Some(Code::WrongCredentials) => {
            "The password is wrong. Capital letters matter in the password.".to_owned()
        }
        _ => format!("{}. {}", failure.headline(), failure.advice()),
    }
}
