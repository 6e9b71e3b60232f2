//! The pages of a company's host, told apart by their path.

use api_types::routes::{View, find};

/// A page of a company's host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// The root path, which redirects to the directory.
    Start,
    /// The sign-in page.
    SignIn,
    /// The directory of people.
    People,
    /// One person, with the id as it is in the path; it may be malformed.
    Person(String),
    /// The onboarding form before signing in.
    Welcome,
    /// The onboarding form of the signed-in user.
    Onboarding,
    /// The user's devices.
    Devices,
    /// The session settings of the company.
    Settings,
    /// The widgets of the company.
    Widgets,
    /// The tokens page.
    Tokens,
    /// The page about cookies, sessions and tokens.
    Explainer,
    /// A path without a page.
    NotFound,
}

impl Route {
    /// Whether the page is shown inside the shell, which only signed-in users see.
    pub(crate) const fn is_inside(&self) -> bool {
        matches!(
            self,
            Self::People
                | Self::Person(_)
                | Self::Onboarding
                | Self::Devices
                | Self::Settings
                | Self::Widgets
                | Self::Tokens
                | Self::Explainer
        )
    }

    /// Whether the page belongs to the demonstration.
    pub(crate) const fn is_of_demonstration(&self) -> bool {
        matches!(self, Self::Tokens | Self::Explainer)
    }

    /// Reads a path.
    pub(crate) fn parse(path: &str) -> Self {
        match find(path) {
            Some((View::Start, _)) => Self::Start,
            Some((View::SignIn, _)) => Self::SignIn,
            Some((View::People, _)) => Self::People,
            Some((View::Person, id)) => Self::Person(id.to_owned()),
            Some((View::Welcome, _)) => Self::Welcome,
            Some((View::Onboarding, _)) => Self::Onboarding,
            Some((View::Devices, _)) => Self::Devices,
            Some((View::Settings, _)) => Self::Settings,
            Some((View::Widgets, _)) => Self::Widgets,
            Some((View::Tokens, _)) => Self::Tokens,
            Some((View::Explainer, _)) => Self::Explainer,
            None => Self::NotFound,
        }
    }
}

#[cfg(test)]
mod tests {
    use api_types::routes::ROUTES;

    use super::*;

    /// The server and the browser agree on which application has a page.
    #[test]
    fn each_page_is_of_the_application_that_the_server_sends() {
        for known in ROUTES {
            let route = Route::parse(known.path);
            assert_eq!(route.is_of_demonstration(), known.view.is_of_demonstration(), "{route:?}");
        }
    }
}
