//! The vocabulary of Watertight: ids, value types, roles and visibility; no I/O, no clock, no randomness.

mod access_scope;
mod client_id;
mod email;
mod employee;
mod employee_query;
mod equipment;
mod frame_origin;
mod id;
mod line;
mod money;
mod pool_id;
mod printable_text;
#[cfg(feature = "redirect-uri")]
mod redirect_uri;
mod role;
mod session_policy;
mod slug;
mod sort;
mod tenant;
mod text_key;
mod version;
mod visibility;

pub use access_scope::{AccessScope, UnknownScope};
pub use client_id::{ClientId, InvalidClientId};
pub use email::{Email, InvalidEmail};
pub use employee::{
    EmployeeNumber, EmploymentStatus, InvalidEmployeeNumber, InvalidWeeklyHours, UnknownStatus,
    WeeklyHours,
};
pub use employee_query::{Cursor, EmployeeQuery, SortKey};
pub use equipment::{Equipment, UnknownEquipment};
pub use frame_origin::{FrameOrigin, InvalidFrameOrigin};
pub use id::{AccountId, DepartmentId, EmployeeId, OriginId, TenantId, WidgetId};
pub use line::{InvalidLine, Line};
pub use money::{Currency, InvalidSalary, Money, UnknownCurrency};
pub use pool_id::{InvalidPoolId, PoolId};
pub use printable_text::{InvalidText, PrintableText};
#[cfg(feature = "redirect-uri")]
pub use redirect_uri::{InvalidRedirectUri, RedirectUri};
pub use role::{Permission, Role, UnknownRole};
pub use session_policy::{SessionPolicy, UnknownSessionPolicy};
pub use slug::{InvalidSlug, RESERVED_SLUGS, TenantSlug};
pub use sort::{Direction, EmployeeSort, SortColumn, UnknownSort};
pub use tenant::{TenantSettings, TenantStatus, UnknownTenantStatus};
pub use text_key::{InvalidTextKey, TextKey};
pub use version::{InvalidVersion, Version};
pub use visibility::{EmployeeScope, Field, Visibility};
