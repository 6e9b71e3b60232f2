//! A column header that sorts.

use domain::{Direction, SortColumn};
use leptos::prelude::*;

use super::{
    list_url::{HistoryEntry, ListUrl},
    query,
};
use crate::{
    components::icon::{Icon, Shape},
    reactive::{attribute, reactive_view},
};

/// A column header that sorts; a second click reverses the order.
#[component]
pub(super) fn HeadCell(
    /// The column to sort by.
    column: SortColumn,
    /// The text of the header.
    label: &'static str,
    /// The list to sort.
    list: ListUrl,
) -> impl IntoView {
    let direction = move || {
        let sort = list.query.with(query::sort);
        (sort.column == column).then_some(sort.direction)
    };
    let order = move || match direction()? {
        Direction::Ascending => Some("ascending"),
        Direction::Descending => Some("descending"),
    };
    let shape = move || match direction() {
        Some(Direction::Descending) => Shape::Descending,
        _ => Shape::Ascending,
    };
    let sort = move |_| {
        list.change(HistoryEntry::New, |changed| {
            query::set_sort(changed, query::sorted_by(changed, column));
        });
    };
    view! {
        <th scope="col" aria-sort=attribute(order)>
            <button type="button" data-test=format!("sort-{}", column.as_str()) on:click=sort>
                {label}
                {reactive_view(move || view! { <Icon shape=shape() /> })}
            </button>
        </th>
    }
}
