//! The errors of the store, and how errors of PostgreSQL are mapped to them.

use sqlx::error::ErrorKind;

use crate::WriteRefusal;

/// Why a unit of work failed. A row that does not exist, or that is another tenant's, is not an error but `None`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// PostgreSQL cannot be reached, is starting or stopping, has no connection free, or took too long.
    #[error("postgresql does not answer")]
    Unavailable(#[source] sqlx::Error),
    /// The unit of work exceeded its time limit. Its connection was closed.
    #[error("postgresql did not finish in time")]
    TimedOut,
    /// PostgreSQL does not answer health checks. New work is refused until it does.
    #[error("postgresql does not answer health checks")]
    Unhealthy,
    /// Too many units of work wait already: of this tenant, or of all holders together.
    #[error("too many requests wait for postgresql")]
    TooMany(#[from] share::Full),
    /// PostgreSQL rejects the role or the password, or does not have the database.
    #[error(
        "postgresql refuses the connection\nhint: check the role, the password and the database in the URL; the bootstrap step creates all three"
    )]
    SignInRefused(#[source] sqlx::Error),
    /// The commit was sent, but PostgreSQL did not confirm it. The unit of work is committed as a whole or not at all; a later read shows which.
    #[error("postgresql did not confirm a commit")]
    CommitUnanswered(#[source] Box<Self>),
    /// The text is not the URL of a PostgreSQL database. The error does not show it, because it may hold a password.
    #[error("invalid database URL: expected `postgres://role:password@host:port/database`")]
    InvalidUrl(#[source] sqlx::Error),
    /// A statement ran on a connection that is bound to no tenant. This is a bug of this crate, so it is an error and not an empty result.
    #[error("a statement ran on a connection that is bound to no tenant")]
    Unbound,
    /// A statement returned a row of another tenant, although filter and policy forbid it. The caller does not get the row.
    #[error("a statement returned a row of another tenant")]
    ForeignRow,
    /// PostgreSQL's setting names another tenant than the one that the transaction is for, so no statement ran.
    #[error("the setting `app.tenant_id` names another tenant")]
    ForeignSetting,
    /// A statement returned rows and did not say which tenant they belong to. This is a bug of this crate, so it is an error. The caller gets no row.
    #[error("a statement returned rows without their tenant")]
    Unstamped,
    /// The write breaks a rule of the product, so nothing was changed.
    #[error(transparent)]
    Refused(#[from] WriteRefusal),
    /// Another tenant has this slug, the part of the host name that names the tenant.
    #[error("another company has this slug")]
    SlugTaken,
    /// Another tenant has an application with this client id.
    #[error("another company has an application with this client id")]
    ClientTaken,
    /// The viewer may not see the field that the list is to be sorted by.
    #[error("the viewer may not see the field this list is sorted by")]
    FieldNotVisible,
    /// The cursor was made for another sort order than the one requested.
    #[error("the cursor was made for another sort order")]
    InvalidCursor,
    /// The rows violate a database constraint.
    #[error("the rows violate the constraint `{constraint}`")]
    Conflict {
        /// The constraint's name, as in the migrations.
        constraint: String,
    },
    /// The database holds a value that this version cannot read. The text names the kind of value.
    #[error("the database holds an invalid value: {0}")]
    Corrupt(&'static str),
    /// A role that the migrations grant privileges to does not exist.
    #[error(
        "the role `watertight_session` does not exist\nhint: run `watertight bootstrap` of this version first; it creates the roles"
    )]
    RoleMissing,
    /// A migration failed, or does not match the migrations that were applied before.
    #[error("a migration cannot be applied")]
    Migration(#[source] Box<sqlx::migrate::MigrateError>),
    /// The unit of work panicked, or the runtime is shutting down.
    #[error("the unit of work ended without a result")]
    Interrupted(#[source] tokio::task::JoinError),
    /// Any other error that PostgreSQL or the driver reports for a statement.
    #[error("postgresql rejected a statement")]
    Statement(#[source] sqlx::Error),
}

impl Error {
    /// Whether the same request may succeed later, once PostgreSQL is available again.
    pub const fn is_temporary(&self) -> bool {
        matches!(
            self,
            Self::Unavailable(_)
                | Self::TimedOut
                | Self::Unhealthy
                | Self::TooMany(_)
                | Self::CommitUnanswered(_)
        )
    }

    /// Whether the unit of work may have been committed despite this error. After any other error nothing was written, and nothing will be.
    pub const fn may_be_committed(&self) -> bool {
        matches!(self, Self::CommitUnanswered(_) | Self::Interrupted(_))
    }

    /// What the error of a `commit` means: PostgreSQL rolled back, or the outcome is unknown.
    pub(crate) fn of_commit(error: sqlx::Error) -> Self {
        if is_rolled_back(&error) {
            error.into()
        } else {
            Self::CommitUnanswered(Box::new(error.into()))
        }
    }
}

/// Whether PostgreSQL refused the commit itself: a deferred constraint (class 23) or trigger (class P0) failed, or the transaction had to be rolled back
/// (class 40). Any other error, for example that the server is stopping, can arrive after the commit is done.
fn is_rolled_back(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| ["23", "40", "P0"].iter().any(|class| code.starts_with(class)))
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error::{
            Configuration, Database, Io, PoolClosed, PoolTimedOut, Tls, WorkerCrashed,
        };
        match &error {
            Io(_) | Tls(_) | PoolTimedOut | PoolClosed | WorkerCrashed => Self::Unavailable(error),
            Configuration(_) => Self::InvalidUrl(error),
            Database(refusal) => match refusal.code().as_deref() {
                Some(code) if is_temporary(code) => Self::Unavailable(error),
                // A fresh connection does not know `app.tenant_id`; one that was bound before reads it as `''`.
                Some("42704" | "22P02") => Self::Unbound,
                Some("28P01" | "28000" | "3D000") => Self::SignInRefused(error),
                _ => match (refusal.kind(), refusal.constraint()) {
                    (ErrorKind::Other, _) | (_, None) => Self::Statement(error),
                    (_, Some(constraint)) => Self::Conflict { constraint: constraint.to_owned() },
                },
            },
            _ => Self::Statement(error),
        }
    }
}

/// Whether a SQLSTATE (PostgreSQL appendix A) describes the server's present state and not the statement: connection exceptions, too many
/// connections, shutting down or starting, cancelled by a timeout, and a server that became a standby.
fn is_temporary(code: &str) -> bool {
    code.starts_with("08")
        || code.starts_with("57P")
        || matches!(code, "53300" | "57014" | "55P03" | "25P03" | "25006")
}

/// Whether the connection itself is closed, so that PostgreSQL did not start what was sent on it.
pub(crate) fn is_connection_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(refusal) => {
            refusal.code().is_some_and(|code| code.starts_with("57P") || code == "25P03")
        }
        _ => false,
    }
}
