//! Why a write is not done. Nothing was changed.

use domain::Version;

/// Why a write is not done, when PostgreSQL could do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The row was written since the caller read it.
    #[error("the row has version {version} by now\nhint: read it again and decide anew")]
    Stale {
        /// What it has now.
        version: Version,
    },
    /// Another employee of the company has this number.
    #[error("another employee has this number")]
    NumberTaken,
    /// Another employee of the company has this address.
    #[error("another employee has this e-mail address")]
    EmailTaken,
    /// Another department of the company has this name.
    #[error("another department has this name")]
    NameTaken,
    /// The company has no such department.
    #[error("there is no such department")]
    UnknownDepartment,
    /// The company has no such employee to report to.
    #[error("there is no such employee to report to")]
    UnknownManager,
    /// Nobody reports to someone who has left.
    #[error("the manager has left")]
    ManagerLeft,
    /// The manager is the employee or stands below them.
    #[error("the manager would stand below themselves")]
    ManagerCycle,
    /// The employment would end before it begins.
    #[error("the last day of employment would lie before the first")]
    EndsBeforeStart,
    /// The last day lies in the future.
    #[error(
        "the last day of employment lies in the future\nhint: terminate on that day; access ends at once"
    )]
    EndsInFuture,
    /// The employment has ended.
    #[error("the employment has ended")]
    EmploymentEnded,
    /// Whoever acts would end their own employment, and perhaps leave nobody who can undo it.
    #[error("nobody ends their own employment\nhint: ask another HR admin")]
    OwnEmployment,
    /// People report to someone who reports to nobody, so there is nobody to whom they could go on.
    #[error(
        "people report to this employee, who reports to nobody\nhint: give them another manager first"
    )]
    HasReports,
    /// The account of whoever acts is gone or disabled.
    #[error("the acting account is gone or disabled")]
    ActorGone,
    /// The acting account may not write.
    #[error("the acting account may not write")]
    NotPermitted,
}
