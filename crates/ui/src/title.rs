//! The title of the page, in the tab and for screen readers when it changes without a load.

use leptos::prelude::*;

use crate::{reactive::effect, session::Viewer};

/// The text that screen readers announce when another page appears. The live region is in `app`.
#[derive(Clone, Copy)]
pub(crate) struct Announced(pub(crate) RwSignal<String>);

/// Sets the title of the page to `name`, followed by the company if a user is signed in.
pub(crate) fn use_title(name: impl Fn() -> String + Send + Sync + 'static) {
    let viewer = use_context::<Viewer>();
    let announced = use_context::<Announced>();
    effect(move || {
        let name = name();
        let company = viewer.and_then(|viewer| {
            viewer.session().with(|session| Some(session.as_ref()?.company_name.clone()))
        });
        document().set_title(&full(&name, company.as_deref()));
        if let Some(announced) = announced {
            announced.0.set(name);
        }
    });
}

/// Page, company and product. The most specific part comes first, because a narrow tab shows only the beginning.
fn full(name: &str, company: Option<&str>) -> String {
    [name, company.unwrap_or_default(), "Watertight"]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_names_page_company_and_product() {
        assert_eq!(full("People", Some("Acme Corp")), "People · Acme Corp · Watertight");
        assert_eq!(full("Choose a company", None), "Choose a company · Watertight");
    }
}
