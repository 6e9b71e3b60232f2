//! A person's initials on a colour of their own.

use leptos::prelude::*;

use crate::{colour::hue, text::initials};

/// How large a face is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaceSize {
    /// In a row.
    Small,
    /// At the head of a page.
    Large,
}

/// A person's initials. The colour follows their id, so it stays when they change their name.
#[component]
pub(crate) fn Face(
    /// Whose.
    #[prop(into)]
    name: String,
    /// What the colour follows.
    #[prop(into)]
    id: String,
    /// How large.
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
