//! The form that creates a widget, and the code to copy into the page of the other site.

use api_types::{Code, CreatedWidget, NewWidget, paths};
use leptos::{ev::SubmitEvent, html, prelude::*, task::spawn_local};

use crate::{
    client::Client,
    components::step_up::StepUp,
    reactive::{flag, reactive_view, text},
};

/// The form. After a widget was created it shows the code, which contains the key and is not shown again.
#[component]
pub(super) fn CreateWidget(
    /// Called after a widget was created.
    changed: Callback<()>,
) -> impl IntoView {
    let client = expect_context::<Client>();
    let (name, site) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let (busy, step_up) = (RwSignal::new(false), RwSignal::new(false));
    let (problem, code) = (RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let create = move || {
        let (Some(name), Some(site)) = (name.get_untracked(), site.get_untracked()) else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(String::new());
        let new = NewWidget { name: name.value(), embedded_on: site.value() };
        spawn_local(async move {
            match client.post::<CreatedWidget>(paths::WIDGETS, &new).await {
                Ok(created) => {
                    name.set_value("");
                    site.set_value("");
                    code.try_set(Some(frame(&created.embed_url)));
                    changed.run(());
                }
                Err(failure) if failure.code() == Some(Code::StepUpRequired) => {
                    step_up.try_set(true);
                }
                Err(failure) => {
                    problem.try_set(format!("The widget was not created. {}", failure.advice()));
                }
            }
            busy.try_set(false);
        });
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        create();
    };
    let done = Callback::new(move |()| create());
    view! {
        {reactive_view(move || code.get().map(snippet))}
        <form class="card widget-form" data-test="new-widget" on:submit=submit>
            <h2>"New widget"</h2>
            <div class="field">
                <label for="widget-name">"Name"</label>
                <input id="widget-name" class="input" node_ref=name maxlength="100" required placeholder="Intranet" data-test="widget-name" />
            </div>
            <div class="field">
                <label for="widget-site">"Site that may show it"</label>
                <input id="widget-site" class="input" type="url" node_ref=site maxlength="300" required placeholder="https://intranet.example" aria-describedby="widget-site-help" data-test="widget-site" />
                <small id="widget-site-help">"The address without a page. No other site can show the widget."</small>
            </div>
            <p class="form-error" role="alert" data-test="widget-error">{text(move || problem.get())}</p>
            <button type="submit" class="button primary" data-test="create-widget" disabled=flag(move || busy.get())>
                "Create"
            </button>
        </form>
        <StepUp open=step_up done />
    }
}

/// The element for the page of the other site. The address has no character that HTML must escape.
fn frame(address: &str) -> String {
    format!(
        r#"<iframe src="{address}" title="Who is out today" width="320" height="420" loading="lazy"></iframe>"#
    )
}

fn snippet(code: String) -> impl IntoView {
    view! {
        <div class="card widget-form" role="status">
            <h2>"Copy this into the page of your site"</h2>
            <p>"It contains the key of the widget and is not shown again. Anyone who has it can see who is out."</p>
            <div class="snippet">
                <label class="visually-hidden" for="widget-code">"Code to copy"</label>
                <textarea id="widget-code" class="input" rows="4" readonly data-test="widget-code">{code}</textarea>
            </div>
        </div>
    }
}
