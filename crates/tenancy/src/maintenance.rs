//! The proof of jobs that act for no person.

/// Permission for the seed, erase and job runner of `server` to act inside one tenant at a time.
///
/// Making one is banned outside `server` by `clippy.toml`; every use names its reason.
#[derive(Debug)]
pub struct MaintenanceGrant {
    reason: &'static str,
}

impl MaintenanceGrant {
    /// A grant for the job that the reason names, as it will stand in the audit trail: `seed`.
    pub const fn for_job(reason: &'static str) -> Self {
        Self { reason }
    }

    /// Why.
    pub const fn reason(&self) -> &'static str {
        self.reason
    }
}
