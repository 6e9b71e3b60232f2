//! Pages of a list, found by key and not by offset.

use serde::{Deserialize, Serialize};

/// The most items on a page if the request has no `limit`.
pub const DEFAULT_PAGE_SIZE: u32 = 50;
/// The largest `limit` of a request.
pub const MAX_PAGE_SIZE: u32 = 200;

/// A page of a list. Cursors are opaque: a cursor names a position in the list, and grants no access.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The items, in the requested order.
    pub items: Vec<T>,
    /// The `cursor` of the next page; `null` on the last page.
    pub next_cursor: Option<String>,
    /// The `cursor` of the previous page; `null` on the first page.
    pub prev_cursor: Option<String>,
    /// The number of items before this page.
    pub before: u64,
    /// The number of items that the viewer may see, in all pages together.
    pub total: u64,
}
