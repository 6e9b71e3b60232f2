//! The theme: light, dark or the system's. It is kept in a cookie that `index.html` reads before the first paint (row C4).

use api_types::cookies::THEME;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDocument;

/// The theme of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    /// Follows the system's setting.
    Auto,
    /// Dark text on a light background.
    Light,
    /// Light text on a dark background.
    Dark,
}

impl Theme {
    /// Every theme, in the order of the switch.
    pub(crate) const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::Auto];

    /// The value in the cookie.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The text on the switch.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Auto => "Auto",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// The theme that the page shows now.
    pub(crate) fn current() -> Self {
        let word = document().document_element().and_then(|root| root.get_attribute("data-theme"));
        Self::ALL
            .into_iter()
            .find(|theme| Some(theme.as_str()) == word.as_deref())
            .unwrap_or(Self::Auto)
    }

    /// Applies the theme and stores it in the cookie for a year.
    pub(crate) fn choose(self) {
        // Both fail only in a document without a root or without cookies; the page then looks as before.
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", self.as_str());
        }
        if let Ok(page) = document().dyn_into::<HtmlDocument>() {
            let _ = page.set_cookie(&self.cookie());
        }
    }

    fn cookie(self) -> String {
        THEME.set(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C4: the preference cookie is Secure, Lax and lasts one year.
    #[test]
    fn the_theme_cookie_is_secure_lax_and_lasts_a_year() {
        assert_eq!(
            Theme::Dark.cookie(),
            "theme=dark; SameSite=Lax; Secure; Path=/; Max-Age=31536000"
        );
    }
}
