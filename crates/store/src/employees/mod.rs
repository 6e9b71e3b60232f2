//! Employees: the list, the employee page, and all changes.

mod accounts;
mod create;
mod edit;
mod find;
pub(crate) mod list;
mod page;
mod references;
mod row;
mod store_row;
mod stored;
mod terminate;
mod terms;
mod visible_employees;

pub use page::EmployeePage;
pub use terminate::{LastDay, Terminated};
pub(crate) use visible_employees::VisibleEmployees;
