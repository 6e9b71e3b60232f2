//! A page with a single message.

use leptos::prelude::*;

use crate::{
    components::icon::{Icon, Shape},
    title::use_title,
};

/// A page with a single message, and a link to continue.
#[component]
pub(crate) fn Notice(
    /// The icon above the message.
    shape: Shape,
    /// The message, which is also the title of the page.
    #[prop(into)]
    title: String,
    /// What it means, and what to do.
    #[prop(into)]
    detail: String,
    /// The `data-test` attribute.
    test: &'static str,
    /// The link to continue.
    children: Children,
) -> impl IntoView {
    let name = title.clone();
    use_title(move || name.clone());
    view! {
        <div class="notice" data-test=test>
            <span class="state-icon">
                <Icon shape />
            </span>
            <h1>{title}</h1>
            <p>{detail}</p>
            <div class="state-actions">{children()}</div>
        </div>
    }
}
