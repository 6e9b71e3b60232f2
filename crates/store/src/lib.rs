//! PostgreSQL access: the connection pools and every SQL statement. No other crate runs SQL.
//!
//! A method such as [`Store::list_employees`] is one unit of work: a task on the runtime that the store was connected on. It opens a transaction that
//! is bound to one tenant, runs its statements and commits. If the caller stops waiting, the unit of work still runs to its end.
//!
//! The module `transactions` has three types of transaction: `TenantTx` needs a [`tenancy::TenantContext`], `SignInTx` has only the operations of signing in,
//! and `PlatformTx` reaches the tenant directory and no tenant's rows.

mod account;
mod alert;
mod alert_retention;
mod audit;
mod bootstrap;
mod config;
mod credential;
mod demo;
mod department;
mod employees;
mod error;
mod fold;
mod health_check;
mod idp;
#[cfg(feature = "lab")]
mod lab_build;
mod migrate;
mod onboarding;
mod pool;
mod revocation;
mod session_records;
mod statement;
mod store;
mod tenant_archive;
mod tenant_rows;
mod tenants;
mod transactions;
mod version;
mod widget;
mod write_refusal;
mod writer;

pub use account::Account;
pub use alert::Alert;
pub use alert_retention::delete_alerts_before;
pub use audit::{AuditError, Finding};
pub use bootstrap::{BootstrapConfig, bootstrap};
pub use config::StoreConfig;
pub use credential::Credential;
pub use demo::{DemoTenant, StoredDemoAccount};
pub use employees::{EmployeeDraft, EmployeeEdit, EmployeePage, LastDay, NewEmployee, Terminated};
pub use error::Error;
pub use fold::{fold, search_words};
pub use idp::{
    AppClient, ExternalSubject, Flow, Linked, ListedDevice, Mail, NewAppClient, NewCode, NewFamily,
    NewPerson, NewRememberedDevice, NewSigningKey, PasswordReplacement, Person, PoolChange,
    PoolSettings, PresentedToken, Redeemed, RefreshGrant, Refreshed, Remembered, Reset, ResetMail,
    RevokedFor, RevokedKey, SpentCode, SpentTicket, StoredKey, UnknownFlow, UserPool,
};
#[cfg(feature = "lab")]
pub use lab_build::prepare_lab_database;
pub use migrate::migrate;
pub use onboarding::{
    Adoption, DraftEdit, SavedDraft, SealedOnboarding, StoredDraft, StoredOnboarding,
};
pub use session_records::SessionRecords;
pub use store::{Connections, Store};
pub use tenant_archive::{
    ArchiveError, ExportedTenant, LeftOut, NewTenant, TableRows, count_tenant_rows, erase_tenant,
    export_tenant, exported_tables, left_out_tables, restore_tenant,
};
pub use tenant_rows::{NewAccount, NewDepartment, NewTenantRows};
pub use tenants::Tenant;
pub use widget::{NewWidget, PeopleOut, StoredWidget};
pub use write_refusal::WriteRefusal;
