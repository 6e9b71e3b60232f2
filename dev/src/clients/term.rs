//! The time between two switches of the cluster, in which the settings stay the same.

/// Identifies the settings under which a request was sent. The cluster changes it when a switch begins and when it ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Term {
    /// The number of switches that have begun.
    pub switches: u64,
    /// The number of times that the session store was replaced. Sessions of an earlier store are not valid any more.
    pub store: u64,
    /// Whether a switch is under way. Requests may fail until it is done.
    pub switching: bool,
}

impl Term {
    /// The term in which a switch is under way. `store_changes`: whether it replaces the session store.
    #[must_use]
    pub fn begin_switch(self, store_changes: bool) -> Self {
        Self {
            switches: self.switches + 1,
            store: self.store + u64::from(store_changes),
            switching: true,
        }
    }

    /// The term after the switch is done. A session that began during the switch may still be in the old store, so its store counts as replaced.
    #[must_use]
    pub fn end_switch(self, store_changes: bool) -> Self {
        Self { store: self.store + u64::from(store_changes), switching: false, ..self }
    }
}
