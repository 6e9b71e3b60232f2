//! The people of one page as a table; a row is a link to the person.

use api_types::{EmployeeRow, Page};
use domain::SortColumn;
use leptos::prelude::*;

use super::{head_cell::HeadCell, list_url::ListUrl};
use crate::{
    components::{avatar::Avatar, status_tag::StatusTag},
    reactive::reactive_view,
    return_path::HOME,
    text::{amount, full_name, long_date, month_and_year},
};

/// The columns in their order. The last one is shown only to users who may see salaries.
const COLUMNS: [(SortColumn, &str); 8] = [
    (SortColumn::Name, "Name"),
    (SortColumn::Number, "Number"),
    (SortColumn::Position, "Position"),
    (SortColumn::Department, "Department"),
    (SortColumn::Location, "Location"),
    (SortColumn::Status, "Status"),
    (SortColumn::StartedOn, "Started"),
    (SortColumn::Salary, "Salary"),
];

/// The people of one page.
#[component]
pub(super) fn Table(
    /// The list that the page belongs to.
    list: ListUrl,
    /// The page to show; `None` until it is loaded.
    page: RwSignal<Option<Page<EmployeeRow>>>,
    /// Whether there is a salary column.
    salaries: Memo<bool>,
) -> impl IntoView {
    let rows = move || {
        page.with(|page| {
            page.as_ref().map(|page| {
                page.items.iter().map(|person| row(person, salaries.get())).collect_view()
            })
        })
    };
    view! {
        <table class="people-table" data-test="people-table">
            <Head list salaries />
            <tbody>{reactive_view(rows)}</tbody>
        </table>
    }
}

#[component]
fn Head(
    /// The list that the headers sort.
    list: ListUrl,
    /// Whether there is a salary column.
    salaries: Memo<bool>,
) -> impl IntoView {
    let cells = move || {
        COLUMNS
            .into_iter()
            .filter(|(column, _)| salaries.get() || *column != SortColumn::Salary)
            .map(|(column, label)| view! { <HeadCell column label list /> })
            .collect_view()
    };
    view! {
        <caption class="visually-hidden">"People, one in each row"</caption>
        <thead>
            <tr>{reactive_view(cells)}</tr>
        </thead>
    }
}

fn row(person: &EmployeeRow, salaries: bool) -> impl IntoView + use<> {
    let salary =
        salaries.then(|| view! { <td data-test="salary">{person.salary.map(amount)}</td> });
    view! {
        <tr data-test="row">
            <td>
                <a class="who" href=format!("{HOME}/{}", person.id)>
                    <Avatar name=full_name(&person.first_name, &person.last_name) id=person.id.to_string() />
                    <span>
                        <span class="name">{person.first_name.clone()} " " <b>{person.last_name.clone()}</b></span>
                        <small class="row-email">{person.email.clone()}</small>
                        <small class="row-position">{person.position.clone()}</small>
                    </span>
                </a>
            </td>
            <td>{person.number.to_string()}</td>
            <td title=person.position.clone()>
                {person.position.clone()}
            </td>
            <td>{person.department.name.clone()}</td>
            <td>{person.location.clone()}</td>
            <td>
                <StatusTag status=person.status started_on=person.started_on />
            </td>
            <td title=long_date(person.started_on)>
                {month_and_year(person.started_on)}
            </td>
            {salary}
        </tr>
    }
}
