//! A path that leads nowhere.

use leptos::prelude::*;

use crate::parts::{icon::Shape, notice::Notice};

/// A path that leads nowhere.
#[component]
pub(crate) fn NotFound(
    /// Where to go instead.
    home: &'static str,
) -> impl IntoView {
    view! {
        <main id="main" tabindex="-1">
            <Notice
                shape=Shape::Find
                title="There is no page here"
                detail="The address may be mistyped, or the page has moved."
                test="not-found"
            >
                <a class="button primary" href=home>
                    "Go to the start page"
                </a>
            </Notice>
        </main>
    }
}
