//! A company that is closed.

use leptos::prelude::*;

use crate::{
    host::Host,
    parts::{icon::Shape, notice::Notice},
};

/// A company that is closed.
#[component]
pub(crate) fn CompanyClosed() -> impl IntoView {
    let host = expect_context::<Host>();
    view! {
        <main id="main" tabindex="-1">
            <Notice
                shape=Shape::Closed
                title="This company is closed"
                detail="Its data is kept, but nobody can sign in until it is opened again. Ask whoever looks after your account with us."
                test="company-closed"
            >
                <a class="button" href=host.picker() data-test="to-picker">
                    "Another company"
                </a>
            </Notice>
        </main>
    }
}
