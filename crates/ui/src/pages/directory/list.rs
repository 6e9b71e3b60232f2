//! What the URL asks the directory to show, and how to ask for something else.

use api_types::EmployeeListQuery;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_url},
};

use super::query;
use crate::{return_path::HOME, route::Route};

/// How the browser's history remembers a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Back undoes it.
    New,
    /// It goes on with the last one: the next letter of a search.
    Same,
}

/// What the URL asks for. A handle: copies are of the same URL.
#[derive(Clone, Copy)]
pub(super) struct List {
    /// What is asked for now.
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
                // On the way to another page this one stays as it is.
                Some(before) if Route::parse(url.path()) != Route::People => before.clone(),
                _ => query::from_search(url.search()),
            }
        });
        Self { query, go }
    }

    /// Asks for something else, from its first page on.
    pub(super) fn change(self, step: Step, change: impl FnOnce(&mut EmployeeListQuery)) {
        let before = self.query.get_untracked();
        let mut asked = before.clone();
        change(&mut asked);
        asked.cursor = None;
        if asked != before {
            self.go.run((asked, step));
        }
    }

    /// Asks for everyone, in the same order.
    pub(super) fn show_everyone(self) {
        self.change(Step::New, |asked| {
            *asked = EmployeeListQuery {
                sort: asked.sort.take(),
                limit: asked.limit.take(),
                ..EmployeeListQuery::default()
            };
        });
    }

    /// The address of another page of the same list.
    pub(super) fn at_cursor(self, cursor: Option<String>) -> Option<String> {
        let asked = EmployeeListQuery { cursor: Some(cursor?), ..self.query.get() };
        Some(query::address(HOME, &asked))
    }
}
