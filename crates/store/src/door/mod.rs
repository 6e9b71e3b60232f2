//! Three doors to the database: a tenant's rows, the verbs of signing in, the directory of companies.

mod platform;
mod sign_in;
mod tenant;
mod transaction;

use std::pin::Pin;

pub(crate) use platform::PlatformTx;
pub(crate) use sign_in::SignInTx;
pub(crate) use tenant::{Kind, TenantTx};
pub(crate) use transaction::Transaction;

use crate::Error;

/// What is done inside a transaction.
pub(crate) type Work<'t, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 't>>;
