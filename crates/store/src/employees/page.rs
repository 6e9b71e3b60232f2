//! A page of the employee list: its rows, and the cursors of the pages before and after it.

use api_types::EmployeeRow;
use domain::{Cursor, Direction, EmployeeId, EmployeeQuery, SortKey};
use uuid::Uuid;

/// A page of the employee list.
#[derive(Clone, Debug, PartialEq)]
pub struct EmployeePage {
    /// The rows, in the requested order.
    pub rows: Vec<EmployeeRow>,
    /// The cursor of the next page; `None` on the last one.
    pub next: Option<Cursor>,
    /// The cursor of the previous page; `None` on the first one.
    pub prev: Option<Cursor>,
    /// How many rows are before this page, as counted by the cursors that led to it. Later changes are not included.
    pub before: u64,
    /// How many employees the viewer can see under the filters, on all pages together.
    pub total: u64,
}

/// Whether rows are read in ascending order of their keys.
pub(super) fn reads_upwards(query: &EmployeeQuery) -> bool {
    (query.sort.direction == Direction::Ascending)
        != query.cursor.as_ref().is_some_and(|cursor| cursor.backwards)
}

/// Makes a page of the rows that were read: one more than the page holds, if there are more in that direction.
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
    // In the direction that the reader comes from there is at least the row of the cursor. If it was deleted, its position still leads back.
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

/// The lowest or the highest id, so that a cursor with it includes every row with its key.
fn edge(query: &EmployeeQuery, backwards: bool) -> EmployeeId {
    let upwards = (query.sort.direction == Direction::Ascending) != backwards;
    EmployeeId::from_uuid(if upwards { Uuid::nil() } else { Uuid::max() })
}
