//! All rows of a tenant at once, for demo data and for tests.

mod add;
mod new;
mod remove;

pub use new::{NewAccount, NewCompany, NewDepartment};
