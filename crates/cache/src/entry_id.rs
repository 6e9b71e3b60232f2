//! Identifies a cache entry: its tenant, visibility, key and epochs.

use domain::{TenantId, Visibility};
use lab::{Faults, Lock};
use tenancy::TenantContext;

use crate::{
    epoch::Epoch,
    flush::Family,
    key::{FullKey, Key},
    state::TenantState,
};

/// Identifies the cache entry of one body.
#[derive(Clone, Debug)]
pub(crate) struct CacheEntryId {
    pub(crate) tenant: TenantId,
    visibility: Visibility,
    /// The full key, with tenant and visibility even if the `Key` lock is off. Seal, stamp and `ETag` are made from it.
    pub(crate) name: FullKey,
    /// The key in L1 and Redis. It equals `name`, unless the `Key` lock is off.
    pub(crate) key: FullKey,
    pub(crate) family: Family,
    pub(crate) epochs: Vec<Epoch>,
    apart: bool,
}

/// The key of a body in L1. The `Compartment` lock: the tenant's id is a field of it, and not only a part of the key's text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct L1Key {
    compartment: Option<(TenantId, Visibility)>,
    key: FullKey,
}

impl CacheEntryId {
    pub(crate) fn of<K: Key>(
        viewer: &TenantContext,
        key: &K,
        state: &TenantState,
        faults: &Faults,
    ) -> Self {
        let name = FullKey::new(viewer, key);
        Self {
            tenant: viewer.tenant(),
            visibility: viewer.visibility(),
            key: if faults.is_on(Lock::Key) { name.clone() } else { FullKey::without_tenant(key) },
            name,
            family: K::FAMILY,
            epochs: state.epochs_of(K::ENTITIES),
            apart: faults.is_on(Lock::Compartment),
        }
    }

    pub(crate) fn slot(&self) -> L1Key {
        let compartment = self.apart.then_some((self.tenant, self.visibility));
        L1Key { compartment, key: self.key.clone() }
    }
}

impl L1Key {
    /// The memory that the key uses, in bytes.
    pub(crate) fn weight(&self) -> usize {
        size_of::<Self>() + self.key.as_str().len()
    }
}
