//! The three types of transaction: for a tenant's rows, for signing in, and for the tenant directory.

mod bound;
mod platform;
mod sign_in;
mod tenant;
mod transaction;

use std::pin::Pin;

pub(crate) use bound::{BoundTx, TenantQuery, WorkKind};
pub(crate) use platform::PlatformTx;
pub(crate) use sign_in::SignInTx;
pub(crate) use tenant::TenantTx;
pub(crate) use transaction::{Access, Transaction};

use crate::Error;

/// The future that a unit of work runs inside its transaction.
pub(crate) type UnitOfWork<'t, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 't>>;
