//! An icon. The drawings are symbols in `index.html`, so that the page before and after start-up share them.

use leptos::prelude::*;

/// Which drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Two people.
    People,
    /// One person.
    Person,
    /// A person in a circle.
    Account,
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
    /// A key.
    Key,
    /// A door that is shut.
    Closed,
}

impl Shape {
    const fn svg(self) -> &'static str {
        macro_rules! svg {
            ($id:literal) => {
                concat!("<svg viewBox=\"0 0 24 24\"><use href=\"#i-", $id, "\"/></svg>")
            };
        }
        match self {
            Self::People => svg!("people"),
            Self::Person => svg!("person"),
            Self::Account => svg!("account"),
            Self::Find => svg!("find"),
            Self::Forward => svg!("forward"),
            Self::Back => svg!("back"),
            Self::Mail => svg!("mail"),
            Self::Phone => svg!("phone"),
            Self::Leave => svg!("leave"),
            Self::Light => svg!("light"),
            Self::Dark => svg!("dark"),
            Self::Auto => svg!("auto"),
            Self::Clear => svg!("clear"),
            Self::Warning => svg!("warning"),
            Self::Ascending => svg!("ascending"),
            Self::Descending => svg!("descending"),
            Self::Key => svg!("key"),
            Self::Closed => svg!("closed"),
        }
    }
}

/// An icon beside a word; it says nothing of its own to a screen reader.
#[component]
pub(crate) fn Icon(
    /// Which drawing.
    shape: Shape,
) -> impl IntoView {
    view! { <span class="icon" aria-hidden="true" inner_html=shape.svg()></span> }
}
