//! A company mark: the first letter of the company's name on the company's colour.

use leptos::prelude::*;

use crate::reactive::text;

/// A company mark. Screen readers skip it, because the name is always next to it.
#[component]
pub(crate) fn CompanyMark(
    /// The company's name.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let letter = move || name.read().chars().take(1).collect();
    view! { <span class="company-mark" aria-hidden="true">{text(letter)}</span> }
}
