//! The widgets that other sites embed, for HR admins.

mod create;
mod remove;

use api_types::{Widget, WidgetList, paths};
use leptos::prelude::*;

use crate::{
    components::{remote_card::card_of, settings_tabs::SettingsTabs},
    remote::{Remote, StaleWhileLoading},
    return_path::WIDGETS,
    text::Local,
    title::use_title,
};
use create::CreateWidget;
use remove::RemoveWidget;

/// The page with the widgets of the company.
#[component]
pub(crate) fn WidgetsPage() -> impl IntoView {
    use_title(|| "Widgets".to_owned());
    let widgets =
        Remote::<WidgetList>::new(StaleWhileLoading::Old, || Some(paths::WIDGETS.to_owned()));
    let removing = RwSignal::new(None::<Widget>);
    let changed = Callback::new(move |()| widgets.retry());
    let body = card_of(widgets, move |list| rows(list.items, removing));
    view! {
        <div class="page-head">
            <div>
                <h1>"Widgets"</h1>
                <p>"A widget shows on another site, such as your intranet, who is out today: names by department, and nothing else. Everyone who can open that site sees them."</p>
            </div>
        </div>
        <SettingsTabs here=WIDGETS />
        {body}
        <CreateWidget changed />
        <RemoveWidget removing changed />
    }
}

fn rows(widgets: Vec<Widget>, removing: RwSignal<Option<Widget>>) -> AnyView {
    if widgets.is_empty() {
        return view! { <p class="card widget-empty" data-test="no-widgets">"There is no widget yet."</p> }
            .into_any();
    }
    let now = Local::now();
    let row = move |widget: Widget| {
        let created = Local::at(widget.created_at).seen_from(now);
        let about = format!("{} · created {created}", widget.embedded_on);
        let label = format!("Remove {}", widget.name);
        let name = widget.name.clone();
        view! {
            <li data-test="widget">
                <div>
                    <b>{name}</b>
                    <small>{about}</small>
                </div>
                <button type="button" class="button" data-test="remove-widget" aria-label=label on:click=move |_| removing.set(Some(widget.clone()))>
                    "Remove"
                </button>
            </li>
        }
    };
    view! {
        <div class="card" data-test="widgets">
            <ul class="session-rows">{widgets.into_iter().map(row).collect_view()}</ul>
        </div>
    }
    .into_any()
}
