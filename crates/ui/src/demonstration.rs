//! The demonstration: the pages that explain the product. They are not needed to work with it.

use leptos::prelude::*;

use crate::{
    app,
    application::Application,
    pages::{explainer::ExplainerPage, tokens::TokensPage},
    shell::ShellPage,
};

/// Starts the demonstration.
pub fn start_demonstration() {
    app::start(Application {
        is_demonstration: true,
        picker: || ().into_any(),
        sign_in: || ().into_any(),
        welcome: || ().into_any(),
        inside,
    });
}

fn inside(page: ShellPage) -> AnyView {
    match page {
        ShellPage::Tokens => view! { <TokensPage /> }.into_any(),
        ShellPage::Explainer => view! { <ExplainerPage /> }.into_any(),
        ShellPage::Directory
        | ShellPage::Person
        | ShellPage::Onboarding
        | ShellPage::Devices
        | ShellPage::Settings
        | ShellPage::Widgets => ().into_any(),
    }
}
