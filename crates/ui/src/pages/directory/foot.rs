//! The foot of the list: the range that is shown, and links to the previous and the next page.

use api_types::{EmployeeRow, Page};
use leptos::prelude::*;

use super::list_url::ListUrl;
use crate::{
    components::icon::{Icon, Shape},
    reactive::{attribute, text},
    remote::Remote,
    text::range,
};

/// The range that is shown, and links to the previous and the next page.
#[component]
pub(super) fn Foot(
    /// The list that the page belongs to.
    list: ListUrl,
    /// The page that is shown.
    page: Remote<Page<EmployeeRow>>,
) -> impl IntoView {
    let words = move || {
        page.value.with(|page| {
            page.as_ref().map_or_else(String::new, |page| {
                range(page.before, page.items.len() as u64, page.total)
            })
        })
    };
    let beside = move |cursor: fn(&Page<EmployeeRow>) -> Option<String>| {
        Memo::new(move |before: Option<&Option<String>>| match before {
            // A cursor is valid only for the list that it came with. Until the next list arrives, the links stay as they are.
            Some(before) if page.is_outdated() => before.clone(),
            _ => list.at_cursor(page.value.with(|page| cursor(page.as_ref()?))),
        })
    };
    let previous = beside(|page| page.prev_cursor.clone());
    let next = beside(|page| page.next_cursor.clone());
    view! {
        <nav class="foot" aria-label="Pages">
            <p role="status" data-test="range">
                {text(words)}
            </p>
            <a
                class="button"
                role="link"
                rel="prev"
                tabindex="0"
                href=previous
                aria-disabled=attribute(move || previous.read().is_none().then_some("true"))
                data-test="previous"
            >
                <Icon shape=Shape::Back />
                "Previous"
            </a>
            <a
                class="button"
                role="link"
                rel="next"
                tabindex="0"
                href=next
                aria-disabled=attribute(move || next.read().is_none().then_some("true"))
                data-test="next"
            >
                "Next"
                <Icon shape=Shape::Forward />
            </a>
        </nav>
    }
}
