//! A whole company's rows at once: for the seed and for tests.

mod add;
mod new;
mod remove;

pub use new::{NewAccount, NewCompany, NewDepartment, NewEmployee};
