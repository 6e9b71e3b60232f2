//! The reporting line of a person: the manager and the direct reports.

use api_types::{EmployeeRef, EmployeeView};
use leptos::prelude::*;

use crate::{components::avatar::Avatar, return_path::HOME, text::full_name};

/// The manager and the direct reports of a person, with the person between them.
#[component]
pub(super) fn Reporting(
    /// The person in the middle.
    person: EmployeeView,
) -> impl IntoView {
    let name = full_name(&person.row.first_name, &person.row.last_name);
    let line_self = if person.manager.is_some() { "line-self under" } else { "line-self" };
    let above = person.manager.map_or_else(
        || view! { <p class="line-note">"No manager that you can see"</p> }.into_any(),
        |manager| view! { <AccountState colleague=manager test="manager" /> }.into_any(),
    );
    let below = if person.reports.is_empty() {
        view! { <p class="line-note">{format!("No one reports to {}", person.row.first_name)}</p> }
            .into_any()
    } else {
        let colleague = |colleague| {
            view! {
                <li>
                    <AccountState colleague test="report" />
                </li>
            }
        };
        view! { <ul>{person.reports.into_iter().map(colleague).collect_view()}</ul> }.into_any()
    };
    view! {
        <div class="card line" data-test="reporting">
            <h2>"Reporting line"</h2>
            <h3>"Reports to"</h3>
            {above}
            <div class=line_self>
                <span class="colleague" aria-current="true">
                    <Avatar name=name.clone() id=person.row.id.to_string() />
                    <span>
                        <b>{name}</b>
                        <small>{person.row.position}</small>
                    </span>
                </span>
            </div>
            <h3>"Direct reports"</h3>
            {below}
        </div>
    }
}

/// A colleague, as a link to their page.
#[component]
fn AccountState(
    /// The colleague to link to.
    colleague: EmployeeRef,
    /// The `data-test` attribute.
    test: &'static str,
) -> impl IntoView {
    view! {
        <a class="colleague" href=format!("{HOME}/{}", colleague.id) data-test=test>
            <Avatar name=colleague.name.clone() id=colleague.id.to_string() />
            <span>
                <b>{colleague.name}</b>
                <small>{colleague.position}</small>
            </span>
        </a>
    }
}
