//! A page of the directory: which rows, and where the pages beside it begin.

use api_types::EmployeeRow;
use domain::{Cursor, Direction, EmployeeId, EmployeeQuery, SortKey};
use uuid::Uuid;

/// A page of the directory.
#[derive(Clone, Debug, PartialEq)]
pub struct EmployeePage {
    /// The rows, in the order asked for.
    pub rows: Vec<EmployeeRow>,
    /// Leads to the page after this one; `None` on the last.
    pub next: Option<Cursor>,
    /// Leads to the page before this one; `None` on the first.
    pub prev: Option<Cursor>,
    /// How many rows lie before the page, as far as the way to it tells.
    pub before: u64,
    /// How many employees the viewer can see under the filters, on all pages together.
    pub total: u64,
}

/// Whether rows are read from the smallest key up.
pub(super) fn reads_upwards(query: &EmployeeQuery) -> bool {
    (query.sort.direction == Direction::Ascending)
        != query.cursor.as_ref().is_some_and(|cursor| cursor.backwards)
}

/// Makes a page of rows as they were read: one more than the page holds if there are more that way.
pub(super) fn page(
    query: &EmployeeQuery,
    mut read: Vec<(EmployeeRow, SortKey)>,
    total: u64,
) -> EmployeePage {
    let limit = query.limit as usize;
    let more = read.len() > limit;
    read.truncate(limit);
    let backwards = query.cursor.as_ref().is_some_and(|cursor| cursor.backwards);
    if backwards {
        read.reverse();
    }
    let known = query.cursor.as_ref().map_or(0, |cursor| cursor.before);
    let before = if backwards && !more { 0 } else { known.min(total) };
    let after = before.saturating_add(read.len() as u64);

    let first = read.first().map(|(row, key)| (row.id, key.clone()));
    let last = read.last().map(|(row, key)| (row.id, key.clone()));
    // On the side we came from lies at least the row that led here; should even that be gone, its place still leads back.
    let came_from = |backwards| {
        query.cursor.as_ref().map(|cursor| (edge(query, backwards), cursor.key.clone()))
    };
    let next = if backwards { last.or_else(|| came_from(false)) } else { last.filter(|_| more) };
    let prev = if backwards {
        first.filter(|_| more)
    } else {
        query.cursor.as_ref().and_then(|_| first.or_else(|| came_from(true)))
    };
    let cursor =
        |(id, key), backwards, before| Cursor { sort: query.sort, key, id, backwards, before };
    EmployeePage {
        next: next.map(|place| cursor(place, false, after)),
        prev: prev.map(|place| cursor(place, true, before.saturating_sub(u64::from(query.limit)))),
        rows: read.into_iter().map(|(row, _)| row).collect(),
        before,
        total,
    }
}

/// An id beyond all others, so that a cursor made of it includes every row of its key.
fn edge(query: &EmployeeQuery, backwards: bool) -> EmployeeId {
    let upwards = (query.sort.direction == Direction::Ascending) != backwards;
    EmployeeId::from_uuid(if upwards { Uuid::nil() } else { Uuid::max() })
}
