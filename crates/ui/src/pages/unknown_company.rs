//! The page for a host that belongs to no company.

use leptos::prelude::*;

use crate::{
    components::{icon::Shape, notice::Notice},
    host::Host,
};

/// Says that no company has this host, and links to the picker.
#[component]
pub(crate) fn UnknownCompany() -> impl IntoView {
    let host = expect_context::<Host>();
    view! {
        <main id="main" tabindex="-1">
            <Notice
                shape=Shape::Find
                title="Company not found"
                detail=format!("There is no company at {}. Check the spelling, or ask a colleague for the address.", host.name())
                test="unknown-company"
            >
                <a class="button primary" href=host.picker() data-test="to-picker">
                    "Find your company"
                </a>
            </Notice>
        </main>
    }
}
