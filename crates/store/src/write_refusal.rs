//! The reasons for which the store refuses a write. Nothing was changed then.

use domain::Version;

/// Why the store refuses a write that PostgreSQL could do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteRefusal {
    /// The row was written since the caller read it.
    #[error(
        "the row was changed and has version {version} now\nhint: read the row again and repeat the change"
    )]
    Stale {
        /// The present version of the row.
        version: Version,
    },
    /// Another employee of the tenant has this number.
    #[error("another employee has this number")]
    NumberTaken,
    /// Another employee of the tenant has this email address.
    #[error("another employee has this e-mail address")]
    EmailTaken,
    /// Another department of the tenant has this name.
    #[error("another department has this name")]
    NameTaken,
    /// The tenant has no department with this id.
    #[error("the company has no department with this id")]
    UnknownDepartment,
    /// The tenant has no employee with the id of the manager.
    #[error("the company has no employee with the id of this manager")]
    UnknownManager,
    /// The employment of the chosen manager has ended.
    #[error("the employment of this manager has ended")]
    ManagerLeft,
    /// The manager is the employee, or reports to the employee directly or through others.
    #[error("the manager is this employee, or reports to this employee")]
    ManagerCycle,
    /// The last day of employment is before the first day.
    #[error("the last day of employment is before the first day")]
    EndsBeforeStart,
    /// The last day is later than tomorrow. Tomorrow is allowed because of time zones.
    #[error(
        "the last day of employment is in the future\nhint: end the employment on that day; access ends immediately"
    )]
    EndsInFuture,
    /// The employment has ended, so it cannot be changed.
    #[error("the employment has ended")]
    EmploymentEnded,
    /// The actor tried to end their own employment, which could leave no HR admin to undo it.
    #[error("you cannot end your own employment\nhint: ask another HR admin")]
    OwnEmployment,
    /// The employee has reports but no manager to take them over.
    #[error(
        "this employee has reports, but no manager to take them over\nhint: give the reports another manager first"
    )]
    HasReports,
    /// The tenant has as many widgets as it may have.
    #[error("the company has as many widgets as it may have\nhint: remove one that is not used")]
    TooManyWidgets,
    /// The actor's account was deleted or disabled.
    #[error("the acting account was deleted or disabled")]
    ActorGone,
    /// The role of the actor's account does not allow changes.
    #[error("the role of the acting account does not allow changes")]
    NotPermitted,
}
