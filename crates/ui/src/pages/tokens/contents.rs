//! The contents of the two signed tokens. The server reads them after it has verified the tokens.

use api_types::Inspected;
use leptos::prelude::*;
use serde_json::Value;

use super::{
    claims::{self, CLAIMS, HEADER, Line, Members},
    token_state::{ContentsState, Kind, TokenState},
};
use crate::{
    components::error_state::ErrorState,
    reactive::reactive_view,
    text::{Local, from_seconds},
};

/// A section with the contents of the two signed tokens.
#[component]
pub(super) fn Contents(
    /// The state that holds the tokens.
    tokens: TokenState,
) -> impl IntoView {
    view! {
        <section class="card token-section" data-test="contents">
            <h2>"What the tokens contain"</h2>
            <p>"The server verifies a token before it reads it; this page never decodes one. Anyone who has a token can read its claims: they are signed, not encrypted."</p>
            <One kind=Kind::Access tokens open=true />
            <One kind=Kind::Id tokens open=false />
            <p class="token-note">"The refresh token has nothing to show: it is random, and the server stores only its digest."</p>
        </section>
    }
}

#[component]
fn One(
    /// The token to show.
    kind: Kind,
    /// The state that holds the tokens.
    tokens: TokenState,
    /// Whether the section is open at first.
    open: bool,
) -> impl IntoView {
    let body = move || match tokens.contents_state(kind).get() {
        ContentsState::Waiting => {
            view! { <p class="skeleton block" aria-hidden="true"></p> }.into_any()
        }
        ContentsState::Absent => view! { <p>"None: openid was not requested."</p> }.into_any(),
        ContentsState::Failed(failure) => {
            let retry = Callback::new(move |()| tokens.inspect_again(kind));
            view! { <ErrorState failure retry /> }.into_any()
        }
        ContentsState::Read(inspected) => read(kind, &inspected).into_any(),
    };
    view! {
        <details open=open data-test=format!("contents-{}", kind.id())>
            <summary>{kind.name()}</summary>
            {reactive_view(body)}
        </details>
    }
}

fn read(kind: Kind, inspected: &Inspected) -> AnyView {
    let object = |value: &Option<Value>| value.as_ref().and_then(Value::as_object).cloned();
    let (Some(header), Some(claims)) = (object(&inspected.header), object(&inspected.claims))
    else {
        let reason = inspected.reason.clone().unwrap_or_default();
        return view! { <p role="status">{format!("Not shown, because the token is not valid: {reason}.")}</p> }.into_any();
    };
    table(kind, &header, &claims).into_any()
}

fn table(kind: Kind, header: &Members, claims: &Members) -> impl IntoView + use<> {
    let rows = |lines: Vec<Line>| lines.into_iter().map(row).collect_view();
    let absent = claims::absent(kind).map(|(names, why)| {
        view! {
            <tr class="absent" data-test="absent">
                <th scope="row">{names}</th>
                <td>"—"</td>
                <td>{why}</td>
            </tr>
        }
    });
    view! {
        <table class="claims">
            <caption class="visually-hidden">{format!("Contents of the {}", kind.name())}</caption>
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    <th scope="col">"Value"</th>
                    <th scope="col">"Meaning"</th>
                </tr>
            </thead>
            <tbody>
                <tr class="part">
                    <th scope="rowgroup" colspan="3">"Header"</th>
                </tr>
                {rows(claims::lines(header, &HEADER))}
            </tbody>
            <tbody>
                <tr class="part">
                    <th scope="rowgroup" colspan="3">"Claims"</th>
                </tr>
                {rows(claims::lines(claims, &CLAIMS))}
                {absent}
            </tbody>
        </table>
    }
}

fn row(line: Line) -> impl IntoView {
    let seconds = line.value.parse().ok().filter(|_| claims::is_time(&line.name));
    let time = seconds.and_then(from_seconds).map(|then| Local::at(then).seen_from(Local::now()));
    let test = format!("claim-{}", line.name);
    view! {
        <tr data-test=test>
            <th scope="row">{line.name}</th>
            <td>
                {line.value}
                {time.map(|time| view! { <small>{time}</small> })}
            </td>
            <td>{line.meaning}</td>
        </tr>
    }
}
