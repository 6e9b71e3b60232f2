//! Employees: the directory and the employee page.

mod find;
mod list;
mod page;
mod row;
mod visible;

#[cfg(feature = "lab")]
pub(crate) use list::explain;
pub use page::EmployeePage;
pub(crate) use visible::Visible;
