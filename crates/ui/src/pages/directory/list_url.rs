//! The directory's query in the URL, and how to change it.

use api_types::EmployeeListQuery;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_url},
};

use super::query;
use crate::{return_path::HOME, route::Route};

/// How a change enters the browser's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HistoryEntry {
    /// As a new entry, so that Back undoes the change.
    New,
    /// In place of the current entry, for example for the next letter of a search.
    Replace,
}

/// The query in the URL. A handle: copies refer to the same URL.
#[derive(Clone, Copy)]
pub(super) struct ListUrl {
    /// The current query.
    pub(super) query: Memo<EmployeeListQuery>,
    navigate_to: Callback<(EmployeeListQuery, HistoryEntry)>,
}

impl ListUrl {
    /// Reads the URL of this page.
    pub(super) fn from_url() -> Self {
        let url = use_url();
        let navigate = use_navigate();
        let navigate_to =
            Callback::new(move |(changed, entry): (EmployeeListQuery, HistoryEntry)| {
                let options = NavigateOptions {
                    replace: entry == HistoryEntry::Replace,
                    scroll: false,
                    ..NavigateOptions::default()
                };
                navigate(&query::address(HOME, &changed), options);
            });
        let query = Memo::new(move |before: Option<&EmployeeListQuery>| {
            let url = url.read();
            match before {
                // While the user goes to another page, this page keeps its query.
                Some(before) if Route::parse(url.path()) != Route::People => before.clone(),
                _ => query::from_search(url.search()),
            }
        });
        Self { query, navigate_to }
    }

    /// Changes the query and goes to its first page. Does nothing if the query stays the same.
    pub(super) fn change(self, entry: HistoryEntry, change: impl FnOnce(&mut EmployeeListQuery)) {
        let before = self.query.get_untracked();
        let mut changed = before.clone();
        change(&mut changed);
        changed.cursor = None;
        if changed != before {
            self.navigate_to.run((changed, entry));
        }
    }

    /// Clears the search and all filters, and keeps the order.
    pub(super) fn show_everyone(self) {
        self.change(HistoryEntry::New, |changed| {
            *changed = EmployeeListQuery {
                sort: changed.sort.take(),
                limit: changed.limit.take(),
                ..EmployeeListQuery::default()
            };
        });
    }

    /// The URL of the page at `cursor` in the same list.
    pub(super) fn at_cursor(self, cursor: Option<String>) -> Option<String> {
        let page = EmployeeListQuery { cursor: Some(cursor?), ..self.query.get() };
        Some(query::address(HOME, &page))
    }
}
