//! The connection pools and every statement: nobody else can run SQL.
//!
//! A verb such as [`Store::list_employees`] is one unit of work: it is spawned on the runtime the store was connected
//! on, opens a transaction bound to one tenant, runs its statements and commits. A caller that goes away drops the
//! answer and never half of the work.
//!
//! There are three doors, three types: one wants a [`tenancy::TenantContext`], one knows only the verbs of signing in,
//! and one reaches the directory of companies and nothing of what is in them.

mod account;
mod alert;
mod alert_retention;
mod audit;
mod bootstrap;
mod company;
mod config;
mod credential;
mod demo;
mod department;
mod door;
mod employees;
mod error;
mod fold;
mod idp;
#[cfg(feature = "lab")]
mod lab;
mod locks;
mod migrate;
mod pool;
mod pulse;
mod refusal;
mod revocation;
mod statement;
mod store;
mod tenants;
mod writer;

pub use account::Account;
pub use alert::Alert;
pub use alert_retention::delete_alerts_before;
pub use audit::{AuditError, Finding};
pub use bootstrap::{BootstrapConfig, bootstrap};
pub use company::{NewAccount, NewCompany, NewDepartment, NewEmployee};
pub use config::StoreConfig;
pub use credential::Credential;
pub use demo::{DemoAccount, DemoCompany};
pub use employees::{EmployeePage, LastDay, Terminated};
pub use error::Error;
pub use fold::{fold, search_words};
pub use idp::{
    AppClient, ExternalSubject, Flow, Grant, Linked, Mail, NewAppClient, NewCode, NewFamily,
    NewPassword, NewPerson, NewSigningKey, Person, PoolChange, PoolSettings, Presented, Redeemed,
    Refreshed, Reset, ResetMail, RevokedFor, RevokedKey, SpentCode, SpentTicket, StoredKey,
    UnknownFlow, UserPool,
};
#[cfg(feature = "lab")]
pub use lab::prepare_laboratory;
pub use migrate::migrate;
pub use refusal::Refusal;
pub use store::{Connections, Store};
pub use tenants::Tenant;
