//! The routes of the pages on a company's host, defined once for the server and the router. A test compares the script in `index.html` with them.

/// The directory of people, the first page after signing in.
pub const PEOPLE: &str = "/people";
/// The sign-in page.
pub const SIGN_IN: &str = "/sign-in";
/// The page on which a new hire begins the onboarding form before signing in.
pub const WELCOME: &str = "/welcome";
/// The page with the onboarding form of the signed-in user.
pub const ONBOARDING: &str = "/onboarding";
/// The page with the devices on which the user is signed in.
pub const DEVICES: &str = "/devices";
/// The page with the session settings of the company.
pub const SETTINGS: &str = "/settings/sessions";
/// The page with the widgets of the company.
pub const WIDGETS: &str = "/settings/widgets";
/// The page that shows tokens in a demonstration.
pub const TOKENS: &str = "/tokens";
/// The page that explains cookies, sessions and tokens in a demonstration.
pub const EXPLAINER: &str = "/cookies-sessions-tokens";
/// The place of an id in a path.
const ID: &str = "{id}";

/// What the pages show for a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Nothing: the router redirects to the directory.
    Start,
    /// The form to sign in.
    SignIn,
    /// The directory of people.
    People,
    /// One person; the id is in the path.
    Person,
    /// The onboarding form, as a draft before signing in.
    Welcome,
    /// The onboarding form of the signed-in user.
    Onboarding,
    /// The devices on which the user is signed in.
    Devices,
    /// The session settings of the company.
    Settings,
    /// The widgets of the company.
    Widgets,
    /// The tokens of the signed-in user.
    Tokens,
    /// The cookies, the session and the tokens of the signed-in user, side by side.
    Explainer,
}

impl View {
    /// Whether the view belongs to the demonstration, which is an application of its own: its code is not loaded by the pages of the product.
    pub const fn is_of_demonstration(self) -> bool {
        matches!(self, Self::Tokens | Self::Explainer)
    }
}

/// A route of the pages.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// Its path. `{id}` stands for one segment that is not empty.
    pub path: &'static str,
    /// What it shows.
    pub view: View,
    /// The skeleton in `index.html` until the app has started.
    pub skeleton: &'static str,
}

/// All routes. Every other path gets 404 and the page that says so.
pub const ROUTES: [Route; 11] = [
    Route { path: "/", view: View::Start, skeleton: "people" },
    Route { path: SIGN_IN, view: View::SignIn, skeleton: "sign-in" },
    Route { path: PEOPLE, view: View::People, skeleton: "people" },
    Route { path: "/people/{id}", view: View::Person, skeleton: "employee" },
    Route { path: WELCOME, view: View::Welcome, skeleton: "sign-in" },
    Route { path: ONBOARDING, view: View::Onboarding, skeleton: "card" },
    Route { path: DEVICES, view: View::Devices, skeleton: "card" },
    Route { path: SETTINGS, view: View::Settings, skeleton: "card" },
    Route { path: WIDGETS, view: View::Widgets, skeleton: "card" },
    Route { path: TOKENS, view: View::Tokens, skeleton: "tokens" },
    Route { path: EXPLAINER, view: View::Explainer, skeleton: "card" },
];

/// The view of a path and the id in the path, which is empty if the route has none. A slash at the end makes no difference.
pub fn find(path: &str) -> Option<(View, &str)> {
    let shorter = path.strip_suffix('/').filter(|rest| !rest.is_empty() && !rest.ends_with('/'));
    let path = shorter.unwrap_or(path);
    ROUTES.iter().find_map(|route| match route.path.strip_suffix(ID) {
        None => (path == route.path).then_some((route.view, "")),
        Some(before) => {
            let id = path.strip_prefix(before)?;
            (!id.is_empty() && !id.contains('/')).then_some((route.view, id))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_found() {
        for (path, view) in [
            ("/", View::Start),
            ("/sign-in", View::SignIn),
            ("/people", View::People),
            ("/people/", View::People),
            ("/welcome", View::Welcome),
            ("/onboarding", View::Onboarding),
            ("/devices", View::Devices),
            ("/settings/sessions", View::Settings),
            ("/settings/widgets", View::Widgets),
            ("/tokens", View::Tokens),
            ("/cookies-sessions-tokens", View::Explainer),
        ] {
            assert_eq!(find(path), Some((view, "")), "{path}");
        }
        assert_eq!(find("/people/7"), Some((View::Person, "7")));
    }

    #[test]
    fn other_paths_are_not_found() {
        for path in [
            "",
            "//",
            "people",
            "/peoples",
            "/people/7/leave",
            "/people//",
            "//people",
            "/sign-in/x",
            "/tokens/x",
            "/settings",
            "/API",
            "/wp-admin",
        ] {
            assert_eq!(find(path), None, "{path}");
        }
    }
}
