//! The page that all paths of a closed company show.

use leptos::prelude::*;

use crate::{
    components::{icon::Shape, notice::Notice},
    host::Host,
};

/// Says that the company is closed, and links to the picker.
#[component]
pub(crate) fn CompanyClosed() -> impl IntoView {
    let host = expect_context::<Host>();
    view! {
        <main id="main" tabindex="-1">
            <Notice
                shape=Shape::Closed
                title="This company is closed"
                detail="Your company's data is kept, but you cannot sign in until the company is open again. Ask the person at your company who is in contact with us."
                test="company-closed"
            >
                <a class="button" href=host.picker() data-test="to-picker">
                    "Choose another company"
                </a>
            </Notice>
        </main>
    }
}
