//! The three types of transaction, called doors: for a tenant's rows, for signing in, and for the tenant directory.

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

/// The future that a unit of work runs inside its transaction.
pub(crate) type Work<'t, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 't>>;

/// A transaction that is bound to one tenant: [`TenantTx`] or [`SignInTx`]. For statements that are the same in both.
pub(crate) trait BoundTx: Send {
    /// Returns the statement's text, with the tenant filter unless a laboratory build has that lock off.
    fn text(&self, sql: &'static str) -> SqlStr;

    /// The connection that statements run on.
    fn connection(&mut self) -> &mut PgConnection;

    /// The lock Stamp: fails if `stamp`, the tenant that a row carries, is not the transaction's tenant.
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
