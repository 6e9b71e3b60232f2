//! A dialog in which the user gives the password again, before a change that needs it.

use api_types::{Code, SessionView, StepUp as Shown, paths};
use leptos::{ev::SubmitEvent, html, prelude::*, task::spawn_local};

use crate::{
    client::{Client, Failure},
    components::error_state::count_down,
    reactive::{effect, flag, text},
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
    effect(move || {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            // Fails only for a dialog that is open or outside of the document.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(input) = password.get_untracked() else { return };
        busy.set(true);
        problem.set(String::new());
        let shown = Shown { password: input.value() };
        spawn_local(async move {
            match client.post::<SessionView>(paths::STEP_UP, &shown).await {
                Ok(session) => {
                    input.set_value("");
                    viewer.welcome(session);
                    open.set(false);
                    done.run(());
                }
                Err(failure) if failure.concerns_the_whole_page() => {}
                Err(failure) => {
                    wait.set(failure.retry_after());
                    problem.set(reason(&failure));
                    input.select();
                }
            }
            busy.set(false);
        });
    };
    view! {
        <dialog class="dialog" node_ref=dialog aria-labelledby="step-up-title" data-test="step-up" on:close=move |_| open.set(false)>
            <form method="dialog" on:submit=submit>
                <h2 id="step-up-title">"Enter your password again"</h2>
                <p>"This change needs your password, because you did not enter it recently on this device."</p>
                <p class="form-error" role="alert" data-test="step-up-error">{text(move || problem.get())}</p>
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
                    <button type="submit" class="button primary" data-test="step-up-submit" disabled=flag(move || busy.get() || wait.get() != 0)>
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
