//! The skeletons in `index.html`: shown until WebAssembly has started, and again while a page, or a part of it, loads.

use std::cell::OnceCell;

use leptos::prelude::*;
use web_sys::Element;

thread_local! {
    static SHELL: OnceCell<Element> = const { OnceCell::new() };
}

/// The skeleton of a page, or of the part of a page that shows data.
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
    /// The whole sign-in page.
    SignInPage,
    /// The whole page of the directory.
    PeoplePage,
    /// The whole page of a person.
    PersonPage,
    /// A whole page with a card.
    CardPage,
}

impl SkeletonKind {
    /// The CSS selector in `#boot`, and the name for tests.
    const fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::Picker => ("#skeleton-picker", "skeleton-picker"),
            Self::SignIn => ("#skeleton-sign-in", "skeleton-sign-in"),
            Self::People => ("#skeleton-people", "skeleton-people"),
            Self::Person => ("#skeleton-person", "skeleton-person"),
            Self::Card => ("#skeleton-card", "skeleton-card"),
            Self::Tokens => ("#skeleton-tokens", "skeleton-tokens"),
            Self::SignInPage => (".sign-in", "skeleton-sign-in-page"),
            Self::PeoplePage => (".people-shell .boot-main", "skeleton-people-page"),
            Self::PersonPage => (".employee-shell .boot-main", "skeleton-person-page"),
            Self::CardPage => (".card-shell .boot-main", "skeleton-card-page"),
        }
    }

    /// The class of the page's `<main>`. A page inside the shell has none: its `<main>` belongs to the shell.
    pub(crate) const fn main_class(self) -> Option<&'static str> {
        match self {
            Self::SignInPage => Some("sign-in"),
            _ => None,
        }
    }
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
    let (selector, name) = of.place();
    let part = |shell: &Element| Some(shell.query_selector(selector).ok()??.inner_html());
    let html = SHELL.with(|kept| kept.get().and_then(part)).unwrap_or_default();
    view! { <div class="skeletons" aria-hidden="true" data-test=name inner_html=html></div> }
}
