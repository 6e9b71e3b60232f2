//! The locks this crate holds: on, unless a laboratory build switches one off.

/// Ends whatever transaction the last borrower left and forgets every setting of theirs.
///
/// sqlx 0.9.0 can return a connection that is still inside a transaction when a future was dropped during `begin`
/// (sqlx issues 4385 and 4393); without this rule the next borrower then acts as the previous tenant.
/// Every unit of work leaves a transaction open for it, so that PostgreSQL does not log a warning for each request that there is
/// none to roll back. It works in a transaction that has failed too.
const FORGET: &str = "rollback; reset all";

/// Which locks are on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Locks {
    #[cfg(feature = "lab")]
    pub(crate) faults: lab::Faults,
}

#[cfg(not(feature = "lab"))]
#[expect(clippy::unused_self, reason = "the laboratory's twin reads its faults")]
impl Locks {
    /// Whether the tenant is set for one transaction only, and connections are cleaned.
    pub(crate) const fn transaction(&self) -> bool {
        true
    }

    /// How the pool cleans a connection that comes back.
    pub(crate) const fn forgetting(&self) -> &'static str {
        FORGET
    }

    /// How a transaction steps past the policies: not at all.
    pub(crate) const fn past_the_policies(&self) -> &'static str {
        ""
    }

    /// Whether rows must say that they are the tenant's.
    pub(crate) const fn stamp(&self) -> bool {
        true
    }
}

#[cfg(feature = "lab")]
impl Locks {
    /// Whether statements say whose rows they mean.
    pub(crate) fn filter(&self) -> bool {
        !self.faults.is_off(lab::Lock::Filter)
    }

    /// Whether the tenant is set for one transaction only, and connections are cleaned.
    pub(crate) fn transaction(&self) -> bool {
        !self.faults.is_off(lab::Lock::Transaction)
    }

    /// How the pool cleans a connection that comes back; not at all means that the transaction ends and its settings stay.
    pub(crate) fn forgetting(&self) -> &'static str {
        if self.transaction() { FORGET } else { "commit" }
    }

    /// How a transaction steps past the policies: as the role that only laboratory databases have.
    pub(crate) fn past_the_policies(&self) -> &'static str {
        if self.faults.is_off(lab::Lock::Policy) {
            "; set local role watertight_lab_bypass"
        } else {
            ""
        }
    }

    /// Whether rows must say that they are the tenant's.
    pub(crate) fn stamp(&self) -> bool {
        !self.faults.is_off(lab::Lock::Stamp)
    }
}
