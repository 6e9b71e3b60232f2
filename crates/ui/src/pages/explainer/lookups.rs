//! The row "lookup per request" of table 1 of the lesson, counted for one request by session and one by access token.

use api_types::{Counted, Lookups, TokenSet};
use leptos::{prelude::*, task::spawn_local};

use super::{
    PageState,
    held::{self, session_bytes},
    observed::{lookups_by_session, lookups_by_token, new_tokens, revoke},
};
use crate::{
    client::{Client, Failure},
    components::error_state::ErrorState,
    reactive::{flag, reactive_view, text},
    title::Announced,
};

/// The counts of one request of each kind.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Counts {
    session: Counted,
    signature_alone: Option<Counted>,
    token: Counted,
    /// Those of the first request with the token, for which the server reads the account.
    first_token: Counted,
    token_bytes: usize,
}

/// A section that sends requests by session and by access token, and shows their lookups.
#[component]
pub(super) fn LookupCount(
    /// The state of the page.
    state: PageState,
) -> impl IntoView {
    let client = expect_context::<Client>();
    let announced = expect_context::<Announced>();
    let busy = RwSignal::new(false);
    let counts = RwSignal::new(None::<Counts>);
    let failed = RwSignal::new(None::<Failure>);
    let count = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            match measure(client).await {
                Ok(measured) => {
                    counts.try_set(Some(measured));
                    announced.0.set("The lookups are counted".to_owned());
                }
                Err(failure) if failure.concerns_the_whole_page() => {}
                Err(failure) => {
                    failed.try_set(Some(failure));
                }
            }
            busy.try_set(false);
        });
    };
    let label = move || if busy.get() { "Sending …" } else { "Send requests and count" }.to_owned();
    let failure = move || {
        let retry = Callback::new(move |()| count());
        failed.get().map(|failure| view! { <ErrorState failure retry /> })
    };
    let store = move || {
        let store = state.read(|explainer| explainer.session.store.clone()).unwrap_or_default();
        format!(
            "Sessions of this server are in the store {store}. Redis also tells whether the company is closed and whether a token was revoked, in the same round trip. The second request of each kind is counted: after some seconds, the first one also reads the state of the company from PostgreSQL.{}",
            counts.with(|counts| first_request(counts.as_ref()))
        )
    };
    view! {
        <section class="card token-section" data-test="lookups">
            <div class="section-head">
                <div>
                    <h2>"Lookups for one request"</h2>
                    <p>"The server counts what it asks its stores before it knows who sent a request. A signature needs no lookup, but it says nothing about a sign-out."</p>
                </div>
                <button
                    type="button"
                    class="button primary"
                    data-test="count-lookups"
                    disabled=flag(move || busy.get())
                    on:click=move |_| count()
                >
                    {text(label)}
                </button>
            </div>
            {reactive_view(failure)}
            <table class="facts compared">
                <caption class="visually-hidden">"One request by session, by the signature of a token alone, and by access token"</caption>
                <thead>
                    <tr>
                        <td></td>
                        <th scope="col">"Session"</th>
                        <th scope="col">"Token, signature alone"</th>
                        <th scope="col">"Our access token"</th>
                    </tr>
                </thead>
                <tbody>
                    <tr data-test="sent-bytes">
                        <th scope="row">
                            "Size in the request" <small>"The lesson: about 40 bytes, and 500 bytes to 2 KB"</small>
                        </th>
                        <td data-label="Session">{text(move || bytes(session_bytes(state)))}</td>
                        <td data-label="Signature alone">{text(move || bytes(token_bytes(counts)))}</td>
                        <td data-label="Access token">{text(move || bytes(token_bytes(counts)))}</td>
                    </tr>
                    {ROWS.map(|row| line(row, counts))}
                </tbody>
            </table>
            <p class="token-note">{text(store)}</p>
        </section>
    }
}

/// A row of the table: its name, what the lesson says, its `data-test` attribute and its text.
#[derive(Clone, Copy)]
struct Row {
    name: &'static str,
    lesson: &'static str,
    test: &'static str,
    text: fn(Counted) -> String,
}

const ROWS: [Row; 4] = [
    Row {
        name: "Round trips to Redis",
        lesson: "The lesson: one for a session, none for a token",
        test: "redis",
        text: |counted| counted.redis.to_string(),
    },
    Row {
        name: "Transactions in PostgreSQL",
        lesson: "One if sessions are in PostgreSQL",
        test: "postgres",
        text: |counted| counted.postgres.to_string(),
    },
    Row {
        name: "Operations in Memcached or DynamoDB",
        lesson: "Two if sessions are there: the record, and the list of valid records",
        test: "session-records",
        text: |counted| counted.session_records.to_string(),
    },
    Row {
        name: "Time on the server",
        lesson: "The lesson: less than 1 ms for Redis, 5 to 50 ms for PostgreSQL",
        test: "time",
        text: |counted| millis(counted.micros),
    },
];

fn line(row: Row, counts: RwSignal<Option<Counts>>) -> impl IntoView {
    let cell = move |of: fn(&Counts) -> Option<Counted>| {
        text(move || {
            let counted = counts.with(|counts| counts.as_ref().and_then(of));
            counted.map_or_else(|| "—".to_owned(), row.text)
        })
    };
    view! {
        <tr data-test=row.test>
            <th scope="row">{row.name} " " <small>{row.lesson}</small></th>
            <td data-label="Session">{cell(|counts| Some(counts.session))}</td>
            <td data-label="Signature alone">{cell(|counts| counts.signature_alone)}</td>
            <td data-label="Access token">{cell(|counts| Some(counts.token))}</td>
        </tr>
    }
}

/// Sends two requests of each kind: the first may also read the state of the company or the account, which the server then remembers. Revokes the token afterwards, because nothing uses it again.
async fn measure(client: Client) -> Result<Counts, Failure> {
    lookups_by_session(client).await?;
    let session = lookups_by_session(client).await?.request;
    let set: TokenSet = new_tokens(client).await?;
    let first = lookups_by_token(client, &set).await;
    let second = lookups_by_token(client, &set).await;
    revoke(client, &set).await?;
    let (Some(first), Some(second)) = (first?, second?) else {
        return Err(Failure::Unreadable { status: 401, request_id: None });
    };
    let Lookups { request: token, signature_alone } = second;
    let (first_token, token_bytes) = (first.request, set.access_token.len());
    Ok(Counts { session, signature_alone, token, first_token, token_bytes })
}

/// What the first request with the token needed; empty before it was sent.
fn first_request(counts: Option<&Counts>) -> String {
    counts.map_or_else(String::new, |counts| {
        let Counted { redis, postgres, .. } = counts.first_token;
        format!(
            " The first request with the token needed {redis} round trips to Redis and {postgres} transactions in PostgreSQL: the server also read the account, and remembers the verified token."
        )
    })
}

fn token_bytes(counts: RwSignal<Option<Counts>>) -> Option<usize> {
    counts.with(|counts| counts.as_ref().map(|counts| counts.token_bytes))
}

fn bytes(count: Option<usize>) -> String {
    count.map_or_else(|| "—".to_owned(), held::bytes)
}

/// Microseconds as milliseconds with two decimals.
fn millis(micros: u64) -> String {
    format!("{}.{:02} ms", micros / 1_000, micros % 1_000 / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_two_decimals() {
        assert_eq!(
            [0, 9, 10, 1_050, 12_345].map(millis),
            ["0.00 ms", "0.00 ms", "0.01 ms", "1.05 ms", "12.34 ms"]
        );
        assert_eq!((bytes(Some(43)), bytes(None)), ("43 bytes".to_owned(), "—".to_owned()));
    }
}
