//! What a list shows when there is nothing in it.

use leptos::prelude::*;

use crate::components::icon::{Icon, Shape};

/// What a list shows when there is nothing in it: what would be here, and the first step.
#[component]
pub(crate) fn EmptyState(
    /// An icon of what would be here.
    shape: Shape,
    /// What is missing.
    #[prop(into)]
    title: String,
    /// Why, and what to do.
    #[prop(into)]
    detail: String,
    /// The first step.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="state" data-test="empty">
            <span class="state-icon">
                <Icon shape />
            </span>
            <h2>{title}</h2>
            <p>{detail}</p>
            <div class="state-actions">{children()}</div>
        </div>
    }
}
