//! The dialog in which the user confirms that a widget is removed.

use api_types::{Code, Widget, paths};
use leptos::{ev::SubmitEvent, html, prelude::*, task::spawn_local};

use crate::{
    client::Client,
    reactive::{flag, open_while, text},
};

/// The dialog. It is open while `removing` has a widget.
#[component]
pub(super) fn RemoveWidget(
    /// The widget that the user wants to remove.
    removing: RwSignal<Option<Widget>>,
    /// Called after the widget was removed.
    changed: Callback<()>,
) -> impl IntoView {
    let client = expect_context::<Client>();
    let dialog = NodeRef::<html::Dialog>::new();
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(String::new()));
    open_while(dialog, move || removing.read().is_some());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(widget) = removing.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            match client.delete(&paths::widget(widget.id)).await {
                // Another HR admin may have removed it.
                Err(failure) if failure.code() != Some(Code::NotFound) => {
                    let text = format!("The widget may still be there. {}", failure.advice());
                    problem.try_set(text);
                }
                _ => {
                    removing.try_set(None);
                    changed.run(());
                }
            }
            busy.try_set(false);
        });
    };
    let closed = move |_| {
        removing.set(None);
        problem.set(String::new());
    };
    let name = move || removing.with(|widget| widget.as_ref().map(|widget| widget.name.clone()));
    view! {
        <dialog class="dialog" node_ref=dialog aria-labelledby="remove-widget-title" data-test="remove-widget-dialog" on:close=closed>
            <form method="dialog" on:submit=submit>
                <h2 id="remove-widget-title">{text(move || format!("Remove {}?", name().unwrap_or_default()))}</h2>
                <p>"The site can no longer show the widget, and frames that are open show no names from their next update on. This cannot be undone."</p>
                <p class="form-error" role="alert">{text(move || problem.get())}</p>
                <div class="dialog-actions">
                    <button type="button" class="button quiet" on:click=move |_| removing.set(None)>
                        "Cancel"
                    </button>
                    <button type="submit" class="button primary" data-test="confirm-remove-widget" disabled=flag(move || busy.get())>
                        "Remove"
                    </button>
                </div>
            </form>
        </dialog>
    }
}
