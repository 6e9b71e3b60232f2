//! An icon. The drawings are symbols in `index.html`, so that the page before and after start-up share them.

use leptos::prelude::*;

/// Which drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Two people.
    People,
    /// One person.
    Person,
    /// A lens.
    Find,
    /// An arrow to the right.
    Forward,
    /// An arrow to the left.
    Back,
    /// A sheet of mail.
    Mail,
    /// A telephone.
    Phone,
    /// A door with an arrow leading out.
    Leave,
    /// The sun.
    Light,
    /// The moon.
    Dark,
    /// A screen.
    Auto,
    /// A cross.
    Clear,
    /// A triangle with an exclamation mark.
    Warning,
    /// A small arrow up.
    Ascending,
    /// A small arrow down.
    Descending,
    /// A door that is shut.
    Closed,
}

impl Shape {
    const fn href(self) -> &'static str {
        match self {
            Self::People => "#i-people",
            Self::Person => "#i-person",
            Self::Find => "#i-find",
            Self::Forward => "#i-forward",
            Self::Back => "#i-back",
            Self::Mail => "#i-mail",
            Self::Phone => "#i-phone",
            Self::Leave => "#i-leave",
            Self::Light => "#i-light",
            Self::Dark => "#i-dark",
            Self::Auto => "#i-auto",
            Self::Clear => "#i-clear",
            Self::Warning => "#i-warning",
            Self::Ascending => "#i-ascending",
            Self::Descending => "#i-descending",
            Self::Closed => "#i-closed",
        }
    }
}

/// An icon beside a word; it says nothing of its own to a screen reader.
#[component]
pub(crate) fn Icon(
    /// Which drawing.
    shape: Shape,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <use href=shape.href() />
        </svg>
    }
}
