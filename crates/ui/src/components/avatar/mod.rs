//! An avatar: a person's initials on a colour of their own.

use leptos::prelude::*;

use crate::{colour::hue, text::initials};

/// The size of an avatar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AvatarSize {
    /// In a table row.
    Small,
    /// At the head of a page.
    Large,
}

/// An avatar. Its colour is derived from the person's id, so that it stays when the name changes.
#[component]
pub(crate) fn Avatar(
    /// The person's full name.
    #[prop(into)]
    name: String,
    /// The id from which the colour is derived.
    #[prop(into)]
    id: String,
    /// The size; small by default.
    #[prop(default = AvatarSize::Small)]
    size: AvatarSize,
) -> impl IntoView {
    let class = match size {
        AvatarSize::Small => "avatar",
        AvatarSize::Large => "avatar large",
    };
    view! {
        <span class=class aria-hidden="true" style=("--avatar-hue", hue(&id).to_string())>
            {initials(&name)}
        </span>
    }
}
