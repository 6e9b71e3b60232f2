//! An icon. The drawings are symbols in `index.html`, so that the skeletons and the components share them.

use leptos::prelude::*;

/// The drawing of an icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Two people, for the directory.
    People,
    /// One person, for a profile.
    Person,
    /// A person in a circle.
    Account,
    /// A magnifying glass.
    Find,
    /// An arrow to the right.
    Forward,
    /// An arrow to the left.
    Back,
    /// An envelope, for mail.
    Mail,
    /// A telephone receiver.
    Phone,
    /// A door with an arrow leading out.
    Leave,
    /// A sun, for the light theme.
    Light,
    /// A moon, for the dark theme.
    Dark,
    /// A screen, for the system's theme.
    Auto,
    /// A cross, for clearing.
    Clear,
    /// A triangle with an exclamation mark.
    Warning,
    /// A small arrow up.
    Ascending,
    /// A small arrow down.
    Descending,
    /// A laptop, for the user's devices.
    Device,
    /// Two sliders, for settings.
    Settings,
    /// A key, for tokens.
    Key,
    /// A biscuit, for cookies.
    Cookie,
    /// A closed padlock.
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
            Self::Device => svg!("device"),
            Self::Settings => svg!("settings"),
            Self::Key => svg!("key"),
            Self::Cookie => svg!("cookie"),
            Self::Closed => svg!("closed"),
        }
    }
}

/// An icon next to a word. Screen readers skip it.
#[component]
pub(crate) fn Icon(
    /// The drawing to show.
    shape: Shape,
) -> impl IntoView {
    view! { <span class="icon" aria-hidden="true" inner_html=shape.svg()></span> }
}
