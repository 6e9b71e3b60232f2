//! The colour of a company: `tokens.css` sets it for three companies; for all others it is derived from the slug.

use domain::TenantSlug;
use leptos::prelude::*;

/// The companies whose hue is set in `tokens.css`.
const BY_HAND: [&str; 3] = ["acme", "betaco", "gammacorp"];

/// The CSS custom property from which all accent colours are computed.
pub(crate) const COMPANY_HUE: &str = "--company-hue";

/// The derived hue of a company; `None` if `tokens.css` sets it.
pub(crate) fn company_hue(slug: &TenantSlug) -> Option<String> {
    (!BY_HAND.contains(&slug.as_str())).then(|| hue(slug.as_str()).to_string())
}

/// A stable hue, 0 to 359 degrees, for any text (FNV-1a, so that it is the same in every browser and version).
pub(crate) fn hue(text: &str) -> u32 {
    let hash = text
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 16)) % 360
}

/// Sets the colour of the company for the whole page.
pub(crate) fn paint(slug: &TenantSlug) {
    let Some(root) = document().document_element() else { return };
    // Fails only for an invalid attribute name; this one is valid.
    let _ = root.set_attribute("data-company", slug.as_str());
    if let (Some(hue), Ok(root)) =
        (company_hue(slug), wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(root))
    {
        let _ = root.style().set_property(COMPANY_HUE, &hue);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hue_is_stable() {
        assert_eq!(hue("initech"), hue("initech"));
        assert_ne!(hue("initech"), hue("hooli"));
        assert!(["", "a", "initech", "hooli"].into_iter().all(|name| hue(name) < 360));
    }

    #[test]
    fn the_companies_drawn_by_hand_keep_their_tokens() {
        let of = |slug: &str| slug.parse().ok().and_then(|slug| company_hue(&slug));
        assert_eq!(of("acme"), None);
        assert!(of("initech").is_some());
    }
}
