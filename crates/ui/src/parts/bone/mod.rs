//! A grey bar where a word will be.

use leptos::prelude::*;

/// How long the word will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// A number or a status.
    Short,
    /// A name.
    Middle,
    /// A sentence.
    Long,
}

/// A grey bar where a word will be.
#[component]
pub(crate) fn Bone(
    /// How long the word will be.
    #[prop(default = Length::Middle)]
    length: Length,
) -> impl IntoView {
    let class = match length {
        Length::Short => "bone short",
        Length::Middle => "bone",
        Length::Long => "bone long",
    };
    view! { <span class=class aria-hidden="true"></span> }
}
