//! The product: every page except those of the demonstration.

use leptos::prelude::*;

use crate::{
    app,
    application::Application,
    lazy_page::lazy_page,
    pages::{
        devices::DevicesPage, directory::Directory, employee::EmployeePage,
        onboarding::OnboardingPage, picker::Picker, settings::SettingsPage, sign_in::SignIn,
        welcome::Welcome, widgets::WidgetsPage,
    },
    shell::ShellPage,
};

/// Starts the product. The pages before signing in are part of the program, except the onboarding form. Every other page is in a file of its own, or shares one
/// with pages that use the same components, so that a user downloads only what is opened.
pub fn start_product() {
    app::start(Application {
        is_demonstration: false,
        picker: || view! { <Picker /> }.into_any(),
        sign_in: || view! { <SignIn /> }.into_any(),
        welcome: || lazy_page!(welcome: Welcome, in account, until SignInPage).view(),
        inside,
    });
}

fn inside(page: ShellPage) -> AnyView {
    let page = match page {
        ShellPage::Directory => lazy_page!(directory: Directory, in people, until PeoplePage),
        ShellPage::Person => lazy_page!(person: EmployeePage, in person, until PersonPage),
        ShellPage::Onboarding => {
            lazy_page!(onboarding: OnboardingPage, in account, until CardPage)
        }
        ShellPage::Devices => lazy_page!(devices: DevicesPage, in account, until CardPage),
        ShellPage::Settings => lazy_page!(settings: SettingsPage, in settings, until CardPage),
        ShellPage::Widgets => lazy_page!(widgets: WidgetsPage, in settings, until CardPage),
        ShellPage::Tokens | ShellPage::Explainer => return ().into_any(),
    };
    page.view()
}
