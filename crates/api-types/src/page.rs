//! A page of a list, found by key and not by offset.

use serde::{Deserialize, Serialize};

/// How many items a page holds when the request does not say.
pub const DEFAULT_PAGE_SIZE: u32 = 50;
/// How many items a page can hold.
pub const MAX_PAGE_SIZE: u32 = 200;

/// A page of a list. Cursors are opaque; they hold a place in an order and no right to see anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The items, in the order asked for.
    pub items: Vec<T>,
    /// Asks for the page after this one; absent on the last.
    pub next_cursor: Option<String>,
    /// Asks for the page before this one; absent on the first.
    pub prev_cursor: Option<String>,
    /// How many items lie before this page.
    pub before: u64,
    /// How many items the viewer can see in all pages together.
    pub total: u64,
}
