//! All rows of a tenant at once, for demo data and for tests.

mod add;
mod new_rows;
mod remove;

pub use new_rows::{NewAccount, NewDepartment, NewTenantRows};
