//! The order as a select, for screens without room for all column headers.

use domain::{Direction, EmployeeSort, SortColumn};
use leptos::prelude::*;

use super::{
    list_url::{HistoryEntry, ListUrl},
    query,
};
use crate::reactive::{flag, reactive_view};

/// The order as a select. CSS shows it on narrow screens only.
#[component]
pub(super) fn SortChoice(
    /// The list to sort.
    list: ListUrl,
    /// Whether the viewer may sort by salary.
    salaries: Memo<bool>,
) -> impl IntoView {
    let now = move || list.query.with(query::sort);
    let options = move || {
        let both = |column| {
            [Direction::Ascending, Direction::Descending]
                .map(|direction| EmployeeSort { column, direction })
        };
        SortColumn::ALL
            .into_iter()
            .filter(|column| column.reveals().is_none() || salaries.get())
            .flat_map(both)
            .map(|sort| view! { <option value=sort.to_string() prop:selected=flag(move || now() == sort)>{words(sort)}</option> })
            .collect_view()
    };
    let choose = move |word: String| {
        if let Ok(sort) = word.parse() {
            list.change(HistoryEntry::New, |changed| query::set_sort(changed, sort));
        }
    };
    view! {
        <select class="filter sort-choice" aria-label="Order" data-test="sort-choice" on:change:target=move |event| choose(event.target().value())>
            {reactive_view(options)}
        </select>
    }
}

fn words(sort: EmployeeSort) -> &'static str {
    use Direction::{Ascending, Descending};
    match (sort.column, sort.direction) {
        (SortColumn::Name, Ascending) => "Name, A to Z",
        (SortColumn::Name, Descending) => "Name, Z to A",
        (SortColumn::Number, Ascending) => "Number, lowest first",
        (SortColumn::Number, Descending) => "Number, highest first",
        (SortColumn::Position, Ascending) => "Position, A to Z",
        (SortColumn::Position, Descending) => "Position, Z to A",
        (SortColumn::Department, Ascending) => "Department, A to Z",
        (SortColumn::Department, Descending) => "Department, Z to A",
        (SortColumn::Location, Ascending) => "Location, A to Z",
        (SortColumn::Location, Descending) => "Location, Z to A",
        (SortColumn::Status, Ascending) => "Status, A to Z",
        (SortColumn::Status, Descending) => "Status, Z to A",
        (SortColumn::StartedOn, Ascending) => "Started, earliest first",
        (SortColumn::StartedOn, Descending) => "Started, latest first",
        (SortColumn::Salary, Ascending) => "Salary, lowest first",
        (SortColumn::Salary, Descending) => "Salary, highest first",
    }
}
