//! What can go wrong between us and PostgreSQL.

use sqlx::error::ErrorKind;

use crate::Refusal;

/// Why a unit of work has no answer. A row that is missing or another tenant's is no error but `None`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// PostgreSQL cannot be reached, is starting or stopping, has no connection free, or took too long.
    #[error("postgresql does not answer")]
    Unavailable(#[source] sqlx::Error),
    /// PostgreSQL did not finish the unit of work in time; its connection was thrown away.
    #[error("postgresql did not finish in time")]
    TooSlow,
    /// PostgreSQL gives no sign of life.
    #[error("postgresql gives no sign of life")]
    Silent,
    /// More units of work wait than may: of this tenant, or of all.
    #[error("too many requests wait for postgresql")]
    TooMany(#[from] share::Full),
    /// PostgreSQL knows no such role, password or database.
    #[error(
        "postgresql refuses the connection\nhint: check role, password and database in the URL; the bootstrap step makes all three"
    )]
    SignInRefused(#[source] sqlx::Error),
    /// The commit was sent and PostgreSQL did not say what became of it. The unit of work is done as a whole or not at all; a later read tells which.
    #[error("postgresql did not answer a commit")]
    CommitUnanswered(#[source] Box<Self>),
    /// The text is no URL of a PostgreSQL database. It is not shown, because it may hold a password.
    #[error("this is no `postgres://role:password@host:port/database` URL")]
    InvalidUrl(#[source] sqlx::Error),
    /// A statement ran on a connection that is bound to no tenant. That is our fault, and it is loud.
    #[error("the connection is bound to no tenant")]
    Unbound,
    /// A row of another tenant came back although filter and policy forbid it. It is dropped.
    #[error("a row of another tenant came back")]
    ForeignRow,
    /// The write is not done, for a reason of the rows and not of PostgreSQL's.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Another company has this name in its host.
    #[error("this slug is taken")]
    SlugTaken,
    /// Another company has an application of this id.
    #[error("this client id is taken")]
    ClientTaken,
    /// The viewer may not see the field that the list is to be sorted by.
    #[error("the viewer may not see the field this list is sorted by")]
    FieldNotVisible,
    /// The cursor belongs to another order than the list is asked in.
    #[error("the cursor belongs to another order")]
    InvalidCursor,
    /// The rows break a constraint, named as in the migrations.
    #[error("the rows break the constraint `{constraint}`")]
    Conflict {
        /// Its name.
        constraint: String,
    },
    /// A stored value that this version cannot read.
    #[error("a stored {0} is none that this version knows")]
    Corrupt(&'static str),
    /// A migration failed or does not fit the ones that ran before.
    #[error("a migration cannot be applied")]
    Migration(#[source] Box<sqlx::migrate::MigrateError>),
    /// The unit of work panicked, or the runtime is shutting down.
    #[error("the unit of work ended without an answer")]
    Interrupted(#[source] tokio::task::JoinError),
    /// Anything else PostgreSQL refuses.
    #[error("postgresql refuses a statement")]
    Statement(#[source] sqlx::Error),
}

impl Error {
    /// Whether the same request can be answered later, when PostgreSQL is back.
    pub const fn is_temporary(&self) -> bool {
        matches!(
            self,
            Self::Unavailable(_)
                | Self::TooSlow
                | Self::Silent
                | Self::TooMany(_)
                | Self::CommitUnanswered(_)
        )
    }

    /// Whether the unit of work may be committed although it returned this error. After any other error nothing was written, and nothing will be.
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

/// SQLSTATEs (PostgreSQL appendix A) that say nothing about the statement, only about the moment: connection exceptions,
/// too many connections, shutting down or starting, cancelled by a time-out, and a server that became a standby.
fn is_temporary(code: &str) -> bool {
    code.starts_with("08")
        || code.starts_with("57P")
        || matches!(code, "53300" | "57014" | "55P03" | "25P03" | "25006")
}

/// Whether the connection itself is gone, so that nothing that was sent on it was begun.
pub(crate) fn is_connection_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(refusal) => {
            refusal.code().is_some_and(|code| code.starts_with("57P") || code == "25P03")
        }
        _ => false,
    }
}
