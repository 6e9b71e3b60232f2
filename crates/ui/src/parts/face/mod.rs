//! An avatar: a person's initials on a colour of their own.

use leptos::prelude::*;

use crate::{colour::hue, text::initials};

/// The size of an avatar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaceSize {
    /// In a table row.
    Small,
    /// At the head of a page.
    Large,
}

/// An avatar. Its colour is derived from the person's id, so that it stays when the name changes.
#[component]
pub(crate) fn Face(
    /// The person's full name.
    #[prop(into)]
    name: String,
    /// The id from which the colour is derived.
    #[prop(into)]
    id: String,
    /// The size; small by default.
    #[prop(default = FaceSize::Small)]
    size: FaceSize,
) -> impl IntoView {
    let class = match size {
        FaceSize::Small => "face",
        FaceSize::Large => "face large",
    };
    view! {
        <span class=class aria-hidden="true" style=("--face-hue", hue(&id).to_string())>
            {initials(&name)}
        </span>
    }
}
