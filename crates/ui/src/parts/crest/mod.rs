//! A company's crest: its first letter on its colour.

use leptos::prelude::*;

use crate::changing::text;

/// A company's crest; its name always stands beside it.
#[component]
pub(crate) fn Crest(
    /// The company's name.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let letter = move || name.read().chars().take(1).collect();
    view! { <span class="crest" aria-hidden="true">{text(letter)}</span> }
}
