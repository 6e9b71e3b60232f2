//! A host at which no company lives.

use leptos::prelude::*;

use crate::{
    host::Host,
    parts::{icon::Shape, notice::Notice},
};

/// A host at which no company lives.
#[component]
pub(crate) fn UnknownCompany() -> impl IntoView {
    let host = expect_context::<Host>();
    view! {
        <main id="main" tabindex="-1">
            <Notice
                shape=Shape::Find
                title="No company lives here"
                detail=format!("We know no company at {}. Check the spelling, or ask a colleague for the address.", host.name())
                test="unknown-company"
            >
                <a class="button primary" href=host.picker() data-test="to-picker">
                    "Find your company"
                </a>
            </Notice>
        </main>
    }
}
