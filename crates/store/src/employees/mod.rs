//! Employees: the list, the employee page, and all changes.

mod accounts;
mod create;
mod edit;
mod find;
pub(crate) mod list;
mod page;
mod read_fields;
mod references;
mod stored;
mod terminate;
mod terms;
mod visible_employees;
pub(crate) mod write_fields;

pub use page::EmployeePage;
pub use terminate::{LastDay, Terminated};
pub(crate) use visible_employees::VisibleEmployees;
pub use write_fields::{EmployeeDraft, EmployeeEdit, NewEmployee};
