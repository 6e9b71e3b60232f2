//! The pages of a company's host, told apart by their path.

use crate::return_path::{HOME, SIGN_IN, TOKENS};

/// A page of a company's host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// Leads to the directory.
    Start,
    /// Where one signs in.
    SignIn,
    /// The directory.
    People,
    /// One person; what should be their id.
    Person(String),
    /// What tokens are, and what is done with them.
    Tokens,
    /// Nothing of ours.
    Nowhere,
}

impl Route {
    /// Whether it stands in the shell: only for someone who is signed in.
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
                _ => Self::Nowhere,
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
    fn other_paths_lead_nowhere() {
        for path in ["/peoples", "/people/7/leave", "/people//", "/sign-in/x", "/tokens/x", "/API"]
        {
            assert_eq!(Route::parse(path), Route::Nowhere, "{path}");
        }
    }
}
