//! The page for a path that does not exist.

use leptos::prelude::*;

use crate::components::{icon::Shape, notice::Notice};

/// Says that the page does not exist, and links to the start page.
#[component]
pub(crate) fn NotFound(
    /// The path of the start page.
    home: &'static str,
) -> impl IntoView {
    view! {
        <main id="main" tabindex="-1">
            <Notice
                shape=Shape::Find
                title="Page not found"
                detail="Check the address for a typing mistake. The page may also have moved."
                test="not-found"
            >
                <a class="button primary" href=home>
                    "Go to the start page"
                </a>
            </Notice>
        </main>
    }
}
