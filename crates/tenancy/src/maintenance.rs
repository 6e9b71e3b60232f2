//! The proof for maintenance jobs, which act for no person.

/// Permission for maintenance jobs and commands of `server` to act inside one tenant at a time.
///
/// `clippy.toml` bans making one outside `server`. Every use names its reason.
#[derive(Debug)]
pub struct MaintenanceGrant {
    reason: &'static str,
}

impl MaintenanceGrant {
    /// Makes a grant for a job. `reason` names the job in the audit trail, for example `seed`.
    pub const fn for_job(reason: &'static str) -> Self {
        Self { reason }
    }

    /// The name of the job, as given to [`Self::for_job`].
    pub const fn reason(&self) -> &'static str {
        self.reason
    }
}
