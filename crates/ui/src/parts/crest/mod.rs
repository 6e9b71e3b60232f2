//! A company's crest: its first letter on its colour.

use leptos::prelude::*;

use crate::changing::changing;

/// A company's crest; its name always stands beside it.
#[component]
pub(crate) fn Crest(
    /// The company's name.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let letter = move || name.read().chars().next().map(|letter| letter.to_uppercase().to_string());
    view! { <span class="crest" aria-hidden="true">{changing(letter)}</span> }
}
