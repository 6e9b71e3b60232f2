//! P2: the directory: searching, filtering, sorting and reading page by page.

mod filter;
mod pages;
mod refusals;
mod search;
mod sort;

use std::collections::BTreeSet;

use api_types::{EmployeeRow, Page, paths};
use e2e::Actor;

/// A page of the directory.
async fn list(actor: &Actor, query: &str) -> Page<EmployeeRow> {
    actor.get(&format!("{}?{query}", paths::EMPLOYEES)).expect(200).await.json()
}

/// The numbers of the rows, in their order.
fn numbers(page: &Page<EmployeeRow>) -> Vec<i64> {
    page.items.iter().map(|row| row.number.get()).collect()
}

/// The numbers of the rows as a set.
fn found(page: &Page<EmployeeRow>) -> BTreeSet<i64> {
    numbers(page).into_iter().collect()
}
