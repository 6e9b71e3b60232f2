//! A page that has one thing to say.

use leptos::prelude::*;

use crate::{
    parts::icon::{Icon, Shape},
    title::use_title,
};

/// A page that has one thing to say, and a way on.
#[component]
pub(crate) fn Notice(
    /// A drawing of it.
    shape: Shape,
    /// What there is to say; also the title of the page.
    #[prop(into)]
    title: String,
    /// What it means, and what to do.
    #[prop(into)]
    detail: String,
    /// Names the page for tests.
    test: &'static str,
    /// The way on.
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
