//! The links between the pages of the settings.

use leptos::prelude::*;

use crate::return_path::{SETTINGS, WIDGETS};

/// The links between the pages of the settings.
#[component]
pub(crate) fn SettingsTabs(
    /// The path of the page that shows the links.
    here: &'static str,
) -> impl IntoView {
    let link = |path: &'static str, name: &'static str| {
        view! { <a href=path aria-current=(path == here).then_some("page")>{name}</a> }
    };
    view! {
        <nav class="settings-tabs" aria-label="Settings">
            {link(SETTINGS, "Sessions")}
            {link(WIDGETS, "Widgets")}
        </nav>
    }
}
