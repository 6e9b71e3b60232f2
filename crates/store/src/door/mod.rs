//! Three doors to the database: a tenant's rows, the verbs of signing in, the directory of companies.

mod platform;
mod sign_in;
mod stamp;
mod tenant;
mod transaction;

use std::pin::Pin;

pub(crate) use platform::PlatformTx;
pub(crate) use sign_in::SignInTx;
use stamp::Stamp;
pub(crate) use tenant::{Kind, TenantTx};
pub(crate) use transaction::{Access, Transaction};

use sqlx::{PgConnection, SqlStr};
use uuid::Uuid;

use crate::Error;

/// What is done inside a transaction.
pub(crate) type Work<'t, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 't>>;

/// A transaction that is bound to one tenant, by whichever door it came: for statements that are the same behind both.
pub(crate) trait BoundTx: Send {
    /// The statement as the locks say it.
    fn text(&self, sql: &'static str) -> SqlStr;

    /// Where statements run.
    fn connection(&mut self) -> &mut PgConnection;

    /// The lock "Stamp": a row says whose it is, and another tenant's never leaves.
    fn check_stamp(&self, stamp: Uuid) -> Result<(), Error>;
}

impl BoundTx for TenantTx {
    fn text(&self, sql: &'static str) -> SqlStr {
        self.text(sql)
    }

    fn connection(&mut self) -> &mut PgConnection {
        self.connection()
    }

    fn check_stamp(&self, stamp: Uuid) -> Result<(), Error> {
        self.check_stamp(stamp)
    }
}

impl BoundTx for SignInTx {
    fn text(&self, sql: &'static str) -> SqlStr {
        self.text(sql)
    }

    fn connection(&mut self) -> &mut PgConnection {
        self.connection()
    }

    fn check_stamp(&self, stamp: Uuid) -> Result<(), Error> {
        self.check_stamp(stamp)
    }
}
