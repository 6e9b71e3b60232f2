//! The theme switch: light, dark, or the system's theme.

use leptos::prelude::*;

use crate::{
    components::icon::{Icon, Shape},
    theme::Theme,
};

/// The theme switch: three radio buttons that look like one switch.
#[component]
pub(crate) fn ThemeSwitch() -> impl IntoView {
    let chosen = Theme::current();
    let option = move |theme: Theme| {
        let shape = match theme {
            Theme::Light => Shape::Light,
            Theme::Dark => Shape::Dark,
            Theme::Auto => Shape::Auto,
        };
        view! {
            <label title=theme.label()>
                <input
                    type="radio"
                    name="theme"
                    class="visually-hidden"
                    value=theme.as_str()
                    checked=theme == chosen
                    data-test=format!("theme-{}", theme.as_str())
                    on:change=move |_| theme.choose()
                />
                <Icon shape />
                <span class="visually-hidden">{theme.label()}</span>
            </label>
        }
    };
    view! {
        <fieldset class="theme-switch">
            <legend class="visually-hidden">"Theme"</legend>
            {Theme::ALL.map(option)}
        </fieldset>
    }
}
