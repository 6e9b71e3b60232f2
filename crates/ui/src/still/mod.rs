//! The still shell of `index.html`: what is seen before WebAssembly has started is also what is seen while a page waits.

use leptos::prelude::*;

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
}

/// Hides the still shell; its parts stay at hand.
pub(crate) fn hide() {
    let Some(root) = document().document_element() else { return };
    // Fails only for a name that cannot be an attribute's.
    let _ = root.set_attribute("data-boot", "started");
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
    };
    let html = document().get_element_by_id(name).map(|part| part.inner_html()).unwrap_or_default();
    view! { <div class="still" aria-hidden="true" data-test=name inner_html=html></div> }
}
