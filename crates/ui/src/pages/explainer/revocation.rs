//! The row "revocation" of table 1 of the lesson: three credentials are revoked, and tried until they are refused.
//!
//! They are a session, a token that is verified by its signature alone, and the same token as an access token of this API.

use api_types::{Inspected, SecondSession, TokenSet, paths};
use leptos::{prelude::*, task::spawn_local};
use serde_json::{Map, Value};

use super::{
    PageState,
    kept::clock,
    observed::{accepts_second_session, inspect, lookups_by_token, new_tokens, now, revoke},
};
use crate::{
    client::{Client, Failure},
    components::error_state::ErrorState,
    reactive::{flag, reactive_view, text},
    text::{Local, from_seconds},
    title::Announced,
};

/// The most requests that try one credential after its revocation.
const TRIES: u32 = 40;

/// What was observed after a revocation.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Observed {
    /// The credential was refused.
    Refused {
        /// The milliseconds from the start of the revocation until the first refusal arrived.
        after: f64,
        /// The requests until then.
        requests: u32,
    },
    /// The credential was still accepted.
    Accepted {
        /// The milliseconds from the start of the revocation until the last acceptance arrived.
        after: f64,
        /// When it expires by itself, in seconds since 1970, if it says so.
        expires: Option<i64>,
    },
}

/// The three credentials of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Credential {
    Session,
    SignatureAlone,
    AccessToken,
}

/// The results, filled one after the other.
#[derive(Clone, Copy)]
struct Results {
    session: RwSignal<Option<Observed>>,
    signature_alone: RwSignal<Option<Observed>>,
    token: RwSignal<Option<Observed>>,
}

/// A section that revokes a second session and a set of tokens, and shows when each is refused.
#[component]
pub(super) fn Comparison(
    /// The state of the page.
    state: PageState,
) -> impl IntoView {
    let client = expect_context::<Client>();
    let announced = expect_context::<Announced>();
    let results = Results {
        session: RwSignal::new(None),
        signature_alone: RwSignal::new(None),
        token: RwSignal::new(None),
    };
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Failure>));
    let run = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(None);
        results.clear();
        spawn_local(async move {
            match compare(client, results).await {
                Ok(()) => announced.0.set("The comparison is complete".to_owned()),
                Err(failure) if failure.concerns_the_whole_page() => {}
                Err(failure) => {
                    failed.try_set(Some(failure));
                }
            }
            busy.try_set(false);
        });
    };
    let label = move || if busy.get() { "Revoking …" } else { "Revoke and compare" }.to_owned();
    let failure = move || {
        let retry = Callback::new(move |()| run());
        failed.get().map(|failure| view! { <ErrorState failure retry /> })
    };
    view! {
        <section class="card token-section" data-test="comparison">
            <div class="section-head">
                <div>
                    <h2>"Revoke, and count the time"</h2>
                    <p>"The page starts a second session and gets a set of tokens, revokes both, and tries each of them until it is refused. Your own session stays. The times include the network."</p>
                </div>
                <button
                    type="button"
                    class="button primary"
                    data-test="compare"
                    disabled=flag(move || busy.get())
                    on:click=move |_| run()
                >
                    {text(label)}
                </button>
            </div>
            {reactive_view(failure)}
            <table class="facts">
                <caption class="visually-hidden">"How long each credential is accepted after its revocation"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Credential"</th>
                        <th scope="col">"After the revocation"</th>
                    </tr>
                </thead>
                <tbody>{Credential::ALL.map(|credential| line(credential, results, busy, state.now))}</tbody>
            </table>
        </section>
    }
}

fn line(
    credential: Credential,
    results: Results,
    busy: RwSignal<bool>,
    now: RwSignal<f64>,
) -> impl IntoView {
    let result = results.of(credential);
    let cell = move || match (result.get(), busy.get()) {
        (Some(observed), _) => view! {
            <span class="verdict" data-test="result">
                {tag(observed)}
                <span class="verdict-words">{text(move || words(observed, now.get()))}</span>
            </span>
        }
        .into_any(),
        (None, true) => view! { <span class="tag">"Waiting …"</span> }.into_any(),
        (None, false) => view! { <span>"—"</span> }.into_any(),
    };
    view! {
        <tr data-test=format!("revoked-{}", credential.id())>
            <th scope="row">{credential.name()} " " <small>{credential.note()}</small></th>
            <td data-label="After the revocation">{reactive_view(cell)}</td>
        </tr>
    }
}

fn tag(observed: Observed) -> impl IntoView {
    match observed {
        Observed::Refused { .. } => view! { <span class="tag good">"Refused"</span> },
        Observed::Accepted { .. } => view! { <span class="tag warn">"Still accepted"</span> },
    }
}

/// What was observed, as a sentence. `now` is in milliseconds since 1970.
fn words(observed: Observed, now: f64) -> String {
    match observed {
        Observed::Refused { after, requests: 1 } => {
            format!("after {after:.0} ms, at the first request")
        }
        Observed::Refused { after, requests } => {
            format!("after {after:.0} ms, at request {requests}")
        }
        Observed::Accepted { after, expires } => {
            let left = |end: i64| {
                #[expect(clippy::cast_possible_truncation, reason = "far below 2^53")]
                let now = now as i64 / 1_000;
                clock(end - now)
            };
            let until = expires.and_then(|end| {
                let at = Local::at(from_seconds(end)?).seen_from(Local::now());
                Some(format!(", and until it expires in {} ({at})", left(end)))
            });
            format!("{after:.0} ms after the revocation{}", until.unwrap_or_default())
        }
    }
}

/// Starts a second session and gets tokens, checks that they are accepted, revokes them and observes each.
async fn compare(client: Client, results: Results) -> Result<(), Failure> {
    let set = new_tokens(client).await?;
    let second: SecondSession = client.post(paths::SECOND_SESSION, &Map::new()).await?;
    let accepted = second.accepted
        && accepts_second_session(client).await?
        && lookups_by_token(client, &set).await?.is_some()
        && inspect(client, &set).await?.valid;
    if !accepted {
        // A credential that was refused before shows nothing about a revocation.
        return Err(Failure::Unreadable { status: 200, request_id: None });
    }

    let begun = now();
    client.delete(paths::SECOND_SESSION).await?;
    let session = observe(begun, async || accepts_second_session(client).await).await?;
    results.session.try_set(Some(session));

    let begun = now();
    revoke(client, &set).await?;
    let token = async || Ok(lookups_by_token(client, &set).await?.is_some());
    let token = observe(begun, token).await?;
    results.token.try_set(Some(token));

    results.signature_alone.try_set(Some(by_signature(client, &set, begun).await?));
    Ok(())
}

/// Tries a credential until it is refused, at most [`TRIES`] times.
async fn observe(
    begun: f64,
    accepts: impl AsyncFn() -> Result<bool, Failure>,
) -> Result<Observed, Failure> {
    for requests in 1..=TRIES {
        if !accepts().await? {
            return Ok(Observed::Refused { after: now() - begun, requests });
        }
    }
    Ok(Observed::Accepted { after: now() - begun, expires: None })
}

/// Verifies the revoked token by its signature alone.
async fn by_signature(client: Client, set: &TokenSet, begun: f64) -> Result<Observed, Failure> {
    let inspected: Inspected = inspect(client, set).await?;
    let after = now() - begun;
    if !inspected.valid {
        return Ok(Observed::Refused { after, requests: 1 });
    }
    let expires = inspected.claims.as_ref().and_then(|claims| claims.get("exp"));
    Ok(Observed::Accepted { after, expires: expires.and_then(Value::as_i64) })
}

impl Results {
    fn of(self, credential: Credential) -> RwSignal<Option<Observed>> {
        match credential {
            Credential::Session => self.session,
            Credential::SignatureAlone => self.signature_alone,
            Credential::AccessToken => self.token,
        }
    }

    fn clear(self) {
        for credential in Credential::ALL {
            self.of(credential).set(None);
        }
    }
}

impl Credential {
    const ALL: [Self; 3] = [Self::Session, Self::SignatureAlone, Self::AccessToken];

    const fn name(self) -> &'static str {
        match self {
            Self::Session => "Session",
            Self::SignatureAlone => "Token, signature alone",
            Self::AccessToken => "Our access token",
        }
    }

    const fn note(self) -> &'static str {
        match self {
            Self::Session => "Its record is gone, on every node.",
            Self::SignatureAlone => "As in a service that asks no store.",
            Self::AccessToken => {
                "The same token. This API also asks whether its sign-in was revoked."
            }
        }
    }

    const fn id(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::SignatureAlone => "signature",
            Self::AccessToken => "token",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S2, T5: the text says after which request a credential was refused.
    #[test]
    fn a_result_says_how_many_requests_it_took() {
        let refused = |requests| words(Observed::Refused { after: 12.4, requests }, 0.0);
        assert_eq!(refused(1), "after 12 ms, at the first request");
        assert_eq!(refused(3), "after 12 ms, at request 3");
        let accepted = Observed::Accepted { after: 7.0, expires: None };
        assert_eq!(words(accepted, 0.0), "7 ms after the revocation");
    }
}
