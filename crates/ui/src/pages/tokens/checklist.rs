//! Table 4 of the lesson as a checklist. A line turns green only by what this page has seen.

use leptos::prelude::*;

use super::{
    held::TokenState,
    seen::{Finding, ROWS, Row},
};
use crate::reactive::{reactive_view, text};

/// Table 4 of the lesson as a checklist.
#[component]
pub(super) fn Checklist(
    /// The state that holds what was seen.
    held: TokenState,
) -> impl IntoView {
    let count = move || {
        let seen = held.seen.read();
        let holds =
            ROWS.iter().filter(|row| matches!((row.found)(&seen), Finding::Holds(_))).count();
        format!("{holds} of {} seen", ROWS.len())
    };
    view! {
        <section class="card token-section" data-test="checklist">
            <div class="section-head">
                <div>
                    <h2>"JWT security checklist"</h2>
                    <p>"A line turns green when this page has seen that the rule holds. No line is green from the start."</p>
                </div>
                <span class="tag" data-test="checklist-count">
                    {text(count)}
                </span>
            </div>
            <ul class="checks">{ROWS.iter().map(|row| line(row, held)).collect_view()}</ul>
        </section>
    }
}

fn line(row: &'static Row, held: TokenState) -> impl IntoView {
    let found = Memo::new(move |_| held.seen.with(row.found));
    let state = move || {
        let (class, word, words) = match found.get() {
            Finding::Unseen(to_do) => ("tag", "Not seen yet", to_do.to_owned()),
            Finding::Holds(words) => ("tag good", "Seen", words),
            Finding::Broken(words) => ("tag bad", "Broken", words),
        };
        view! {
            <span class=class data-test="state">{word}</span>
            <span class="check-words">{words}</span>
        }
    };
    view! {
        <li data-test=format!("check-{}", row.id)>
            <span class="check-name">
                <b>{row.name}</b>
                <small>{row.right}</small>
            </span>
            {reactive_view(state)}
        </li>
    }
}
