//! The isolation locks of this crate. All are on, unless a laboratory build switches one off.

/// Ends the transaction that the last unit of work left open, and resets all its session settings.
///
/// sqlx 0.9.0 can return a connection that is still inside a transaction when a future was dropped during `begin` (sqlx issues 4385 and 4393).
/// Without this statement the next unit of work would then act for the previous tenant. Every unit of work leaves a transaction open, because
/// PostgreSQL logs a warning for each `rollback` without one. The statement also works in a transaction that has failed.
const FORGET: &str = "rollback; reset all";

/// Which locks are on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Locks {
    #[cfg(feature = "lab")]
    pub(crate) faults: lab::Faults,
}

#[cfg(not(feature = "lab"))]
#[expect(clippy::unused_self, reason = "the laboratory's version reads its faults")]
impl Locks {
    /// Whether the tenant is set for one transaction only, and connections are cleaned.
    pub(crate) const fn transaction(&self) -> bool {
        true
    }

    /// The SQL with which the pool cleans a returned connection.
    pub(crate) const fn forgetting(&self) -> &'static str {
        FORGET
    }

    /// The SQL with which a transaction bypasses the policies: none.
    pub(crate) const fn past_the_policies(&self) -> &'static str {
        ""
    }

    /// Whether the tenant of each returned row is checked.
    pub(crate) const fn stamp(&self) -> bool {
        true
    }
}

#[cfg(feature = "lab")]
impl Locks {
    /// Whether statements filter by tenant.
    pub(crate) fn filter(&self) -> bool {
        !self.faults.is_off(lab::Lock::Filter)
    }

    /// Whether the tenant is set for one transaction only, and connections are cleaned.
    pub(crate) fn transaction(&self) -> bool {
        !self.faults.is_off(lab::Lock::Transaction)
    }

    /// The SQL with which the pool cleans a returned connection. With the lock off, it ends the transaction and keeps the settings.
    pub(crate) fn forgetting(&self) -> &'static str {
        if self.transaction() { FORGET } else { "commit" }
    }

    /// The SQL with which a transaction bypasses the policies: it switches to a role that only laboratory databases have.
    pub(crate) fn past_the_policies(&self) -> &'static str {
        if self.faults.is_off(lab::Lock::Policy) {
            "; set local role watertight_lab_bypass"
        } else {
            ""
        }
    }

    /// Whether the tenant of each returned row is checked.
    pub(crate) fn stamp(&self) -> bool {
        !self.faults.is_off(lab::Lock::Stamp)
    }
}
