//! What a page of the demonstration shows on a server that is not one.

use leptos::prelude::*;

use crate::{
    components::{empty_state::EmptyState, icon::Shape},
    return_path::HOME,
};

/// Says why there is nothing to show outside a demonstration.
#[component]
pub(crate) fn DemonstrationOnly(
    /// What is shown in a demonstration only.
    title: &'static str,
    /// Why a product does not show it.
    detail: &'static str,
) -> impl IntoView {
    view! {
        <div class="card" data-test="hidden">
            <EmptyState shape=Shape::Closed title detail>
                <a class="button" href=HOME rel="external">
                    "Back to people"
                </a>
            </EmptyState>
        </div>
    }
}
