//! What differs between the two applications, the product and the demonstration. Each is a binary of its own, so that the first page of the product stays small.

use leptos::prelude::AnyView;

use crate::{route::Route, shell::ShellPage};

/// The pages that a binary contains. A function that no binary mentions is not linked into it.
#[derive(Clone, Copy)]
pub(crate) struct Application {
    /// Whether this is the demonstration.
    pub(crate) is_demonstration: bool,
    /// The picker of companies, on the bare host.
    pub(crate) picker: fn() -> AnyView,
    /// The sign-in page.
    pub(crate) sign_in: fn() -> AnyView,
    /// The onboarding form before signing in.
    pub(crate) welcome: fn() -> AnyView,
    /// A page inside the shell.
    pub(crate) inside: fn(ShellPage) -> AnyView,
}

impl Application {
    /// The `rel` of a link to a page: `external` for a page of the other application, so that the browser loads its document.
    pub(crate) fn rel_of(&self, path: &str) -> Option<&'static str> {
        (!self.contains(&Route::parse(path))).then_some("external")
    }

    /// Whether this application has the page. Both can show that a path has no page.
    pub(crate) fn contains(&self, route: &Route) -> bool {
        *route == Route::NotFound || route.is_of_demonstration() == self.is_demonstration
    }
}
