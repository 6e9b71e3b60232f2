//! Where a body belongs: whose it is, for whose eyes, what it shows, and under which epochs.

use domain::{TenantId, Visibility};
use tenancy::TenantContext;

use crate::{
    epoch::Epoch,
    flush::Family,
    key::{FullKey, Key},
    locks::Locks,
    state::TenantState,
};

/// The place of one body.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) tenant: TenantId,
    visibility: Visibility,
    /// What the body is, whatever the lock Key does to the text under which it is kept. Seal, stamp and `ETag` are made from this.
    pub(crate) name: FullKey,
    /// Under what it is kept.
    pub(crate) key: FullKey,
    pub(crate) family: Family,
    pub(crate) epochs: Vec<Epoch>,
    apart: bool,
}

/// Where a body is kept in this process. The lock Compartment: the tenant's id itself is part of it, not only a key's text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Slot {
    compartment: Option<(TenantId, Visibility)>,
    key: FullKey,
}

impl Place {
    pub(crate) fn of<K: Key>(
        viewer: &TenantContext,
        key: &K,
        state: &TenantState,
        locks: &Locks,
    ) -> Self {
        let name = FullKey::new(viewer, key);
        Self {
            tenant: viewer.tenant(),
            visibility: viewer.visibility(),
            key: if locks.key() { name.clone() } else { FullKey::as_in_the_seed(key) },
            name,
            family: K::FAMILY,
            epochs: state.epochs_of(K::ENTITIES),
            apart: locks.compartment(),
        }
    }

    pub(crate) fn slot(&self) -> Slot {
        let compartment = self.apart.then_some((self.tenant, self.visibility));
        Slot { compartment, key: self.key.clone() }
    }
}

impl Slot {
    /// What it takes in memory, in bytes.
    pub(crate) fn weight(&self) -> usize {
        size_of::<Self>() + self.key.as_str().len()
    }
}
