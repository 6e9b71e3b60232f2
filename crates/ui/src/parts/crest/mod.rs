//! A company mark: the first letter of the company's name on the company's colour.

use leptos::prelude::*;

use crate::changing::text;

/// A company mark. Screen readers skip it, because the name is always next to it.
#[component]
pub(crate) fn Crest(
    /// The company's name.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let letter = move || name.read().chars().take(1).collect();
    view! { <span class="crest" aria-hidden="true">{text(letter)}</span> }
}
