//! The still shell of `index.html`: what is seen before WebAssembly has started is also what is seen while a page waits.

use std::cell::OnceCell;

use leptos::prelude::*;
use web_sys::Element;

thread_local! {
    static SHELL: OnceCell<Element> = const { OnceCell::new() };
}

/// A part of the still shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Still {
    /// The cards of the picker.
    Picker,
    /// The sign-in form.
    SignIn,
    /// The table of the directory.
    People,
    /// The page of a person.
    Person,
    /// The cards of the tokens.
    Tokens,
}

/// Takes the still shell out of the page; its parts stay at hand.
pub(crate) fn take_away() {
    let Some(shell) = document().get_element_by_id("boot") else { return };
    shell.remove();
    // It is taken away only once.
    let _ = SHELL.with(|kept| kept.set(shell));
}

/// A copy of a part of the still shell.
#[component]
pub(crate) fn StillPart(
    /// Which part.
    of: Still,
) -> impl IntoView {
    let name = match of {
        Still::Picker => "still-picker",
        Still::SignIn => "still-sign-in",
        Still::People => "still-people",
        Still::Person => "still-person",
        Still::Tokens => "still-tokens",
    };
    let part =
        |shell: &Element| Some(shell.query_selector(&format!("#{name}")).ok()??.inner_html());
    let html = SHELL.with(|kept| kept.get().and_then(part)).unwrap_or_default();
    view! { <div class="still" aria-hidden="true" data-test=name inner_html=html></div> }
}
