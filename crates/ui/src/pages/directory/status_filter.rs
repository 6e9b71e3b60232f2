//! The filter by employment status: four checkboxes in a popover.

use domain::EmploymentStatus;
use leptos::prelude::*;

use super::{
    list_url::{HistoryEntry, ListUrl},
    query,
};
use crate::{
    reactive::{attribute, flag, text},
    text::status_label,
};

/// A button with the selected statuses, and a popover with a checkbox for each status.
#[component]
pub(super) fn StatusFilter(
    /// The list to filter.
    list: ListUrl,
) -> impl IntoView {
    let shown = move || list.query.with(query::statuses);
    let summary = move || {
        let shown = shown();
        let mut words = shown.iter().map(|status| status_label(*status));
        match shown.len() {
            0 => "No status".to_owned(),
            _ if shown == query::CURRENT => "Current staff".to_owned(),
            4 => "All statuses".to_owned(),
            1 => words.next().unwrap_or_default().to_owned(),
            more => format!("{} +{}", words.next().unwrap_or_default(), more - 1),
        }
    };
    let toggle = move |status: EmploymentStatus| {
        list.change(HistoryEntry::New, |changed| {
            let mut statuses = query::statuses(changed);
            match statuses.iter().position(|shown| *shown == status) {
                Some(at) => drop(statuses.remove(at)),
                None => statuses.push(status),
            }
            query::set_statuses(changed, &statuses);
        });
    };
    let option = move |status: EmploymentStatus| {
        view! {
            <label>
                <input
                    type="checkbox"
                    prop:checked=flag(move || shown().contains(&status))
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
            data-on=attribute(move || list.query.with(|current| current.status.is_some()).then_some("true"))
            popovertarget="status-filter"
            data-test="status"
        >
            <span class="visually-hidden">"Status: "</span>
            {text(summary)}
        </button>
        <fieldset id="status-filter" class="menu" popover="auto">
            <legend>"Status"</legend>
            {EmploymentStatus::ALL.map(option)}
        </fieldset>
    }
}
