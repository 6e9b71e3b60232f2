//! The vocabulary of Watertight: ids, value types, roles and visibility; no I/O, no clock, no randomness.

mod email;
mod employee;
mod employee_query;
mod id;
mod money;
mod role;
mod slug;
mod sort;
mod tenant;
mod visibility;

pub use email::{Email, InvalidEmail};
pub use employee::{EmployeeNumber, EmploymentStatus, InvalidEmployeeNumber, UnknownStatus};
pub use employee_query::{Cursor, EmployeeQuery, SortKey};
pub use id::{AccountId, DepartmentId, EmployeeId, TenantId};
pub use money::{Currency, Money, UnknownCurrency};
pub use role::{Permission, Role, UnknownRole};
pub use slug::{InvalidSlug, RESERVED_SLUGS, TenantSlug};
pub use sort::{Direction, EmployeeSort, SortColumn, UnknownSort};
pub use tenant::{TenantStatus, UnknownTenantStatus};
pub use visibility::{Field, Scope, Visibility};
