//! Any of the four statuses, in a popover.

use domain::EmploymentStatus;
use leptos::prelude::*;

use super::{
    list::{List, Step},
    query,
};
use crate::{changing::changing, text::status_label};

/// Any of the four statuses, in a popover.
#[component]
pub(super) fn StatusFilter(
    /// What to filter.
    list: List,
) -> impl IntoView {
    let shown = move || list.query.with(query::statuses);
    let summary = move || {
        let shown = shown();
        let mut words = shown.iter().map(|status| status_label(*status));
        match shown.len() {
            0 => "No status".to_owned(),
            _ if shown == query::current() => "Current staff".to_owned(),
            4 => "All statuses".to_owned(),
            1 => words.next().unwrap_or_default().to_owned(),
            more => format!("{} +{}", words.next().unwrap_or_default(), more - 1),
        }
    };
    let toggle = move |status: EmploymentStatus| {
        list.change(Step::New, |asked| {
            let mut statuses = query::statuses(asked);
            if !statuses.remove(&status) {
                statuses.insert(status);
            }
            query::set_statuses(asked, &statuses);
        });
    };
    let option = move |status: EmploymentStatus| {
        view! {
            <label>
                <input
                    type="checkbox"
                    prop:checked=changing(move || shown().contains(&status))
                    on:change=move |_| toggle(status)
                    data-test=format!("status-{}", status.as_str())
                />
                {status_label(status)}
            </label>
        }
    };
    view! {
        <button
            type="button"
            class="filter status-opener"
            class:on=changing(move || list.query.with(|asked| asked.status.is_some()))
            popovertarget="status-filter"
            data-test="status"
        >
            <span class="visually-hidden">"Status: "</span>
            {changing(summary)}
        </button>
        <fieldset id="status-filter" class="menu" popover="auto">
            <legend>"Status"</legend>
            {EmploymentStatus::ALL.map(option)}
        </fieldset>
    }
}
