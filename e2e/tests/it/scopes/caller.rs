//! The callers of the API, and the sets of scopes that their access tokens can have.

use domain::{AccessScope, Role};

/// A caller with an access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Caller {
    /// A person, by the place of the role in [`Role::ALL`].
    Person(usize),
    /// An application that acts for itself.
    Machine,
}

/// A set of scopes: bit n stands for the n-th of [`AccessScope::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Scopes(u8);

impl Caller {
    /// Every caller, in the order of the table's columns.
    pub(super) fn all() -> impl Iterator<Item = Self> + Clone {
        (0..Role::ALL.len()).map(Self::Person).chain([Self::Machine])
    }

    /// The role of a person.
    pub(super) fn role(self) -> Option<Role> {
        match self {
            Self::Person(at) => Some(Role::ALL[at]),
            Self::Machine => None,
        }
    }

    /// The heading of its column.
    pub(super) fn name(self) -> &'static str {
        self.role().map_or("machine", Role::as_str)
    }

    /// A number for the caller's n-th set of scopes that no other caller's set has, among callers who may write.
    pub(super) fn turn(self, at: usize) -> usize {
        if self == Self::Machine { (1 << AccessScope::ALL.len()) + at } else { at }
    }

    /// Every set of scopes it may ask for. No token is issued without any; a machine has the scopes of resources only.
    pub(super) fn all_scopes(self) -> impl Iterator<Item = Scopes> {
        let may_ask = move |scope: AccessScope| self != Self::Machine || scope.is_of_a_resource();
        let all = (1..1 << AccessScope::ALL.len()).map(Scopes);
        all.filter(move |scopes| scopes.each().all(may_ask))
    }
}

impl Scopes {
    /// The set without any scope.
    pub(super) const NONE: Self = Self(0);

    /// The scopes in the set.
    pub(super) fn each(self) -> impl Iterator<Item = AccessScope> + Clone {
        let all = AccessScope::ALL.into_iter().enumerate();
        all.filter(move |(at, _)| self.0 & 1 << at != 0).map(|(_, scope)| scope)
    }

    /// Whether the scope is in the set.
    pub(super) fn has(self, scope: AccessScope) -> bool {
        self.each().any(|known| known == scope)
    }

    /// The set with the scope added, or removed if it was in the set.
    pub(super) fn toggled(self, scope: AccessScope) -> Self {
        let at = AccessScope::ALL.iter().position(|known| *known == scope);
        Self(self.0 ^ 1 << at.unwrap())
    }

    /// The scopes that are in both sets.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Every set that is a part of this one.
    pub(super) fn parts(self) -> impl Iterator<Item = Self> {
        (0..1 << AccessScope::ALL.len()).map(Self).filter(move |part| part.and(self) == *part)
    }

    /// Whether one of the scopes is of a person's identity, and not of a resource.
    pub(super) fn has_identity(self) -> bool {
        self.each().any(|scope| !scope.is_of_a_resource())
    }

    /// The set as it is asked for (RFC 6749 section 3.3).
    pub(super) fn text(self) -> String {
        self.each().map(AccessScope::as_str).collect::<Vec<_>>().join(" ")
    }
}
