//! The skeletons in `index.html`: shown until WebAssembly has started, and again while a page loads.

use std::cell::OnceCell;

use leptos::prelude::*;
use web_sys::Element;

thread_local! {
    static SHELL: OnceCell<Element> = const { OnceCell::new() };
}

/// The skeleton of a part of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SkeletonKind {
    /// The cards of the picker.
    Picker,
    /// The sign-in form.
    SignIn,
    /// The table of the directory.
    People,
    /// The page of a person.
    Person,
    /// A card with rows.
    Card,
    /// The cards of the tokens.
    Tokens,
}

/// Removes the skeletons from the document, and keeps them for `Skeleton`.
pub(crate) fn detach() {
    let Some(shell) = document().get_element_by_id("boot") else { return };
    shell.remove();
    // Fails only if it is set already; this function runs only once.
    let _ = SHELL.with(|kept| kept.set(shell));
}

/// A copy of a skeleton, shown while its part of the page loads.
#[component]
pub(crate) fn Skeleton(
    /// The skeleton to show.
    of: SkeletonKind,
) -> impl IntoView {
    let name = match of {
        SkeletonKind::Picker => "skeleton-picker",
        SkeletonKind::SignIn => "skeleton-sign-in",
        SkeletonKind::People => "skeleton-people",
        SkeletonKind::Person => "skeleton-person",
        SkeletonKind::Card => "skeleton-card",
        SkeletonKind::Tokens => "skeleton-tokens",
    };
    let part =
        |shell: &Element| Some(shell.query_selector(&format!("#{name}")).ok()??.inner_html());
    let html = SHELL.with(|kept| kept.get().and_then(part)).unwrap_or_default();
    view! { <div class="skeletons" aria-hidden="true" data-test=name inner_html=html></div> }
}
