//! The callers of the API, and the sets of scopes that their access tokens can have.

use domain::{AccessScope, Role};

/// A caller with an access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Caller {
    /// A user with a role, given as its index in [`Role::ALL`].
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

    /// The role of a user, or `None` for a machine.
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

    /// A number for the caller's set of scopes with index `at`. Among the callers that may write, no other set has the same number.
    pub(super) fn turn(self, at: usize) -> usize {
        if self == Self::Machine { (1 << AccessScope::ALL.len()) + at } else { at }
    }

    /// Every set of scopes that the caller may request. No token is issued without a scope, and a machine may only request scopes of resources.
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

    /// Every subset of this set.
    pub(super) fn parts(self) -> impl Iterator<Item = Self> {
        (0..1 << AccessScope::ALL.len()).map(Self).filter(move |part| part.and(self) == *part)
    }

    /// Whether one of the scopes is about a user's identity, and not about a resource.
    pub(super) fn has_identity(self) -> bool {
        self.each().any(|scope| !scope.is_of_a_resource())
    }

    /// The set as the value of the parameter `scope` (RFC 6749 section 3.3).
    pub(super) fn text(self) -> String {
        self.each().map(AccessScope::as_str).collect::<Vec<_>>().join(" ")
    }
}
