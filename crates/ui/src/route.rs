//! The pages of a company's host, told apart by their path.

use crate::return_path::{HOME, SIGN_IN, TOKENS};

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
    /// The tokens page.
    Tokens,
    /// A path without a page.
    NotFound,
}

impl Route {
    /// Whether the page is shown inside the shell, which only signed-in users see.
    pub(crate) const fn is_inside(&self) -> bool {
        matches!(self, Self::People | Self::Person(_) | Self::Tokens)
    }

    /// Reads a path. A slash at the end makes no difference.
    pub(crate) fn parse(path: &str) -> Self {
        let path = path.strip_suffix('/').unwrap_or(path);
        match path {
            "" => Self::Start,
            SIGN_IN => Self::SignIn,
            HOME => Self::People,
            TOKENS => Self::Tokens,
            _ => match path.strip_prefix("/people/") {
                Some(id) if !id.is_empty() && !id.contains('/') => Self::Person(id.to_owned()),
                _ => Self::NotFound,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_a_path() {
        assert_eq!(Route::parse("/"), Route::Start);
        assert_eq!(Route::parse("/sign-in"), Route::SignIn);
        assert_eq!(Route::parse("/people"), Route::People);
        assert_eq!(Route::parse("/people/"), Route::People);
        assert_eq!(Route::parse("/tokens"), Route::Tokens);
        assert_eq!(Route::parse("/people/7"), Route::Person("7".into()));
    }

    #[test]
    fn an_unknown_path_has_no_page() {
        for path in ["/peoples", "/people/7/leave", "/people//", "/sign-in/x", "/tokens/x", "/API"]
        {
            assert_eq!(Route::parse(path), Route::NotFound, "{path}");
        }
    }
}
