//! Row T5, side by side: this API refuses a revoked access token at once, while a verifier that checks only the signature still accepts it.

use api_types::{Inspected, TokenSet};
use leptos::{prelude::*, task::spawn_local};

use super::{
    claims::seconds,
    endpoints::Endpoint,
    exchange::revoke,
    outcome::{Expected, Outcome, Verdict},
    token_state::TokenState,
};
use crate::{
    client::Failure,
    reactive::{effect, flag, reactive_view},
    text::{Local, from_seconds},
};

/// What this API and a plain verifier say about the access token at one moment.
#[derive(Clone, Debug, PartialEq)]
struct Comparison {
    api: Outcome,
    verifier: Result<Inspected, Failure>,
}

/// Before or after the revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Before,
    After,
}

/// A section that revokes the tokens, and shows both sides before and after.
#[component]
pub(super) fn Revocation(
    /// The state that holds the tokens.
    tokens: TokenState,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let (before, after) = (RwSignal::new(None::<Comparison>), RwSignal::new(None::<Comparison>));
    let failed_revocation = RwSignal::new(None::<Outcome>);
    // New tokens have not been revoked.
    effect(move || {
        tokens.set.track();
        for side in [before, after] {
            side.set(None);
        }
        failed_revocation.set(None);
    });
    let revoke_and_compare = move |_| {
        let Some((set, token)) = tokens.refreshable() else { return };
        busy.set(true);
        failed_revocation.set(None);
        spawn_local(async move {
            before.set(Some(compare(tokens, &set).await));
            let revoked = revoke(tokens.client, &set, &token).await;
            if let Outcome::Accepted { .. } = revoked {
                let now = compare(tokens, &set).await;
                if let (Some(refused), Ok(inspected)) =
                    (now.api.is_refused_as_invalid(), &now.verifier)
                {
                    tokens.observations.update(|observations| {
                        observations.revoked = Some((refused, inspected.valid));
                    });
                }
                tokens.announce(format!(
                    "Revoked. This API: {}. A plain verifier: {}",
                    now.api.headline(),
                    verdict(&now.verifier).0
                ));
                after.set(Some(now));
            } else {
                failed_revocation.set(Some(revoked));
            }
            busy.set(false);
        });
    };
    let is_revoked = move || after.read().is_some();
    let failure_notice = move || {
        failed_revocation
            .get()
            .map(|outcome| view! { <Verdict outcome expected=Expected::Either /> })
    };
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
                    disabled=flag(move || busy.get() || is_revoked() || tokens.has_no_refresh_token())
                    on:click=revoke_and_compare
                >
                    "Revoke"
                </button>
            </div>
            {reactive_view(failure_notice)}
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
                        {sides(before, Phase::Before, tokens)}
                    </tr>
                    <tr data-test="after">
                        <th scope="row">"After"</th>
                        {sides(after, Phase::After, tokens)}
                    </tr>
                </tbody>
            </table>
        </section>
    }
}

async fn compare(tokens: TokenState, set: &TokenSet) -> Comparison {
    let endpoint = Endpoint::Employees;
    let answer =
        tokens.client.get_with_token(&set.access_token, &endpoint.path(&set.pool_id)).await;
    let verifier = tokens.inspect(set.access_token.clone()).await;
    Comparison { api: Outcome::of(answer, |body| endpoint.summary(body)), verifier }
}

fn sides(compare: RwSignal<Option<Comparison>>, phase: Phase, tokens: TokenState) -> impl IntoView {
    let expected = if phase == Phase::After { Expected::Refusal } else { Expected::Either };
    let api =
        move || compare.get().map(|compare| view! { <Verdict outcome=compare.api expected /> });
    let verifier = move || {
        compare.get().map(|compare| {
            let (tag, words) = verdict(&compare.verifier);
            let holds = compare.verifier.is_ok_and(|inspected| inspected.valid);
            let class = match (holds, phase) {
                (true, Phase::Before) => "tag good",
                _ => "tag warn",
            };
            let until = move || {
                tokens
                    .observations
                    .with(|observations| seconds(&observations.access.as_ref()?.claims, "exp"))
            };
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
