//! The product: every page except those of the demonstration.

use leptos::prelude::*;

use crate::{
    app,
    application::Application,
    pages::{
        devices::DevicesPage, directory::Directory, employee::EmployeePage,
        onboarding::OnboardingPage, picker::Picker, settings::SettingsPage, sign_in::SignIn,
        welcome::Welcome, widgets::WidgetsPage,
    },
    shell::ShellPage,
};

/// Starts the product.
pub fn start_product() {
    app::start(Application {
        is_demonstration: false,
        picker: || view! { <Picker /> }.into_any(),
        sign_in: || view! { <SignIn /> }.into_any(),
        welcome: || view! { <Welcome /> }.into_any(),
        inside,
    });
}

fn inside(page: ShellPage) -> AnyView {
    match page {
        ShellPage::Directory => view! { <Directory /> }.into_any(),
        ShellPage::Person => view! { <EmployeePage /> }.into_any(),
        ShellPage::Onboarding => view! { <OnboardingPage /> }.into_any(),
        ShellPage::Devices => view! { <DevicesPage /> }.into_any(),
        ShellPage::Settings => view! { <SettingsPage /> }.into_any(),
        ShellPage::Widgets => view! { <WidgetsPage /> }.into_any(),
        ShellPage::Tokens | ShellPage::Explainer => ().into_any(),
    }
}
