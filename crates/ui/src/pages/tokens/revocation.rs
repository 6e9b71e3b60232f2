//! Row T5, side by side: this API refuses a revoked access token at once, while a verifier that checks only the signature still accepts it.

use api_types::{Inspected, TokenSet};
use leptos::{prelude::*, task::spawn_local};

use super::{
    claims::seconds,
    endpoints::Endpoint,
    exchange::revoke,
    held::TokenState,
    outcome::{Outcome, Verdict, Wish},
};
use crate::{
    client::Failure,
    reactive::{effect, flag, reactive_view},
    text::{Local, from_seconds},
};

/// What this API and a plain verifier say about the access token at one moment.
#[derive(Clone, Debug, PartialEq)]
struct Look {
    api: Outcome,
    verifier: Result<Inspected, Failure>,
}

/// Before or after the revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    Before,
    After,
}

/// A section that revokes the tokens, and shows both sides before and after.
#[component]
pub(super) fn Revocation(
    /// The state that holds the tokens.
    held: TokenState,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let (before, after) = (RwSignal::new(None::<Look>), RwSignal::new(None::<Look>));
    let stuck = RwSignal::new(None::<Outcome>);
    // New tokens have not been revoked.
    effect(move || {
        held.set.track();
        for side in [before, after] {
            side.set(None);
        }
        stuck.set(None);
    });
    let go = move |_| {
        let Some((set, token)) = held.refreshable() else { return };
        busy.set(true);
        stuck.set(None);
        spawn_local(async move {
            before.set(Some(look(held, &set).await));
            let revoked = revoke(held.client, &set, &token).await;
            if let Outcome::Accepted { .. } = revoked {
                let now = look(held, &set).await;
                if let (Some(refused), Ok(inspected)) =
                    (now.api.is_refused_as_invalid(), &now.verifier)
                {
                    held.seen.update(|seen| seen.revoked = Some((refused, inspected.valid)));
                }
                held.say(format!(
                    "Revoked. This API: {}. A plain verifier: {}",
                    now.api.headline(),
                    verdict(&now.verifier).0
                ));
                after.set(Some(now));
            } else {
                stuck.set(Some(revoked));
            }
            busy.set(false);
        });
    };
    let is_over = move || after.read().is_some();
    let sorry = move || stuck.get().map(|outcome| view! { <Verdict outcome wish=Wish::Either /> });
    view! {
        <section class="card token-section revocation" data-test="revocation">
            <div class="section-head">
                <div>
                    <h2>"Revoke, then check twice"</h2>
                    <p>"A signed token does not say what happened after it was issued. A service that only verifies the signature accepts it until it expires. This API also checks whether its sign-in was revoked, in a request to Redis that it makes anyway."</p>
                </div>
                <button
                    type="button"
                    class="button primary"
                    data-test="revoke"
                    disabled=flag(move || busy.get() || is_over() || held.has_no_refresh_token())
                    on:click=go
                >
                    "Revoke"
                </button>
            </div>
            {reactive_view(sorry)}
            <table class="two-sides">
                <caption class="visually-hidden">"The same access token, checked in two places"</caption>
                <thead>
                    <tr>
                        <td></td>
                        <th scope="col">"This API" <small>"employees"</small></th>
                        <th scope="col">"A plain verifier" <small>"signature, issuer, times"</small></th>
                    </tr>
                </thead>
                <tbody>
                    <tr data-test="before">
                        <th scope="row">"Before"</th>
                        {sides(before, Moment::Before, held)}
                    </tr>
                    <tr data-test="after">
                        <th scope="row">"After"</th>
                        {sides(after, Moment::After, held)}
                    </tr>
                </tbody>
            </table>
        </section>
    }
}

async fn look(held: TokenState, set: &TokenSet) -> Look {
    let endpoint = Endpoint::Employees;
    let answer = held.client.get_with_token(&set.access_token, &endpoint.path(&set.pool_id)).await;
    let verifier = held.inspect(set.access_token.clone()).await;
    Look { api: Outcome::of(answer, |body| endpoint.told(body)), verifier }
}

fn sides(look: RwSignal<Option<Look>>, moment: Moment, held: TokenState) -> impl IntoView {
    let wish = if moment == Moment::After { Wish::Refusal } else { Wish::Either };
    let api = move || look.get().map(|look| view! { <Verdict outcome=look.api wish /> });
    let verifier = move || {
        look.get().map(|look| {
            let (tag, words) = verdict(&look.verifier);
            let holds = look.verifier.is_ok_and(|inspected| inspected.valid);
            let class = match (holds, moment) {
                (true, Moment::Before) => "tag good",
                _ => "tag warn",
            };
            let until =
                move || held.seen.with(|seen| seconds(&seen.access.as_ref()?.claims, "exp"));
            let until = until().and_then(from_seconds).filter(|_| holds);
            let until =
                until.map(|end| format!("until {}", Local::at(end).seen_from(Local::now())));
            view! {
                <span class="verdict" data-test="verdict">
                    <span class=class>{tag}</span>
                    <span class="verdict-words">{until.unwrap_or(words)}</span>
                </span>
            }
        })
    };
    view! {
        <td data-endpoint="This API" data-test="api">
            {reactive_view(api)}
        </td>
        <td data-endpoint="A plain verifier" data-test="verifier">
            {reactive_view(verifier)}
        </td>
    }
}

fn verdict(inspected: &Result<Inspected, Failure>) -> (&'static str, String) {
    match inspected {
        Ok(Inspected { valid: true, .. }) => ("Still valid", String::new()),
        Ok(Inspected { reason, .. }) => ("Not valid", reason.clone().unwrap_or_default()),
        Err(failure) => ("No answer", failure.headline()),
    }
}
