//! Tests of the store with a real PostgreSQL: isolation, cancellation, audit, lists, recovery.

#![expect(clippy::expect_used, reason = "a test that cannot continue panics with the reason")]

mod application_changes;
mod applications;
mod audit;
mod cancellation;
mod company;
mod directory;
mod families;
mod isolation;
mod pagination;
mod plans;
mod reaper;
mod recovery;
mod session_records;
mod sign_in;
mod stack;
mod tenant_archive;
mod tenants;
mod tokens;
mod visibility;
mod widgets;
mod write;
