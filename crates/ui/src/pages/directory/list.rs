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
pub(super) enum Step {
    /// As a new entry, so that Back undoes the change.
    New,
    /// In place of the current entry, for example for the next letter of a search.
    Same,
}

/// The query in the URL. A handle: copies refer to the same URL.
#[derive(Clone, Copy)]
pub(super) struct List {
    /// The current query.
    pub(super) query: Memo<EmployeeListQuery>,
    go: Callback<(EmployeeListQuery, Step)>,
}

impl List {
    /// Reads the URL of this page.
    pub(super) fn from_url() -> Self {
        let url = use_url();
        let navigate = use_navigate();
        let go = Callback::new(move |(asked, step): (EmployeeListQuery, Step)| {
            let options = NavigateOptions {
                replace: step == Step::Same,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&query::address(HOME, &asked), options);
        });
        let query = Memo::new(move |before: Option<&EmployeeListQuery>| {
            let url = url.read();
            match before {
                // While the user goes to another page, this page keeps its query.
                Some(before) if Route::parse(url.path()) != Route::People => before.clone(),
                _ => query::from_search(url.search()),
            }
        });
        Self { query, go }
    }

    /// Changes the query and goes to its first page. Does nothing if the query stays the same.
    pub(super) fn change(self, step: Step, change: impl FnOnce(&mut EmployeeListQuery)) {
        let before = self.query.get_untracked();
        let mut asked = before.clone();
        change(&mut asked);
        asked.cursor = None;
        if asked != before {
            self.go.run((asked, step));
        }
    }

    /// Clears the search and all filters, and keeps the order.
    pub(super) fn show_everyone(self) {
        self.change(Step::New, |asked| {
            *asked = EmployeeListQuery {
                sort: asked.sort.take(),
                limit: asked.limit.take(),
                ..EmployeeListQuery::default()
            };
        });
    }

    /// The URL of the page at `cursor` in the same list.
    pub(super) fn at_cursor(self, cursor: Option<String>) -> Option<String> {
        let asked = EmployeeListQuery { cursor: Some(cursor?), ..self.query.get() };
        Some(query::address(HOME, &asked))
    }
}
