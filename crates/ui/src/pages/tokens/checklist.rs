//! Table 4 of the lesson as a checklist. A line turns green only by what this page has observed.

use leptos::prelude::*;

use super::{
    observations::{Finding, ROWS, Row},
    token_state::TokenState,
};
use crate::reactive::{reactive_view, text};

/// Table 4 of the lesson as a checklist.
#[component]
pub(super) fn Checklist(
    /// The state that holds the observations.
    tokens: TokenState,
) -> impl IntoView {
    let count = move || {
        let observations = tokens.observations.read();
        let holds = ROWS
            .iter()
            .filter(|row| matches!((row.check)(&observations), Finding::Passed(_)))
            .count();
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
            <ul class="checks">{ROWS.iter().map(|row| line(row, tokens)).collect_view()}</ul>
        </section>
    }
}

fn line(row: &'static Row, tokens: TokenState) -> impl IntoView {
    let finding = Memo::new(move |_| tokens.observations.with(row.check));
    let state = move || {
        let (class, word, words) = match finding.get() {
            Finding::NotTested(to_do) => ("tag", "Not seen yet", to_do.to_owned()),
            Finding::Passed(words) => ("tag good", "Seen", words),
            Finding::Failed(words) => ("tag bad", "Broken", words),
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
                <small>{row.expected}</small>
            </span>
            {reactive_view(state)}
        </li>
    }
}
