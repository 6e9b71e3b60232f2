//! Sends each of the three tokens to each of the three endpoints.

use leptos::{prelude::*, task::spawn_local};

use super::{
    endpoints::Endpoint,
    outcome::{Expected, Outcome, Verdict},
    token_state::{Kind, TokenState},
};
use crate::reactive::{effect, flag, reactive_view};

/// A token, an endpoint, and the outcome of sending the one to the other.
#[derive(Clone, Copy)]
struct Trial {
    kind: Kind,
    endpoint: Endpoint,
    outcome: RwSignal<Option<Outcome>>,
}

/// A table with a button for each token and each endpoint.
#[component]
pub(super) fn Trials(
    /// The state that holds the tokens.
    tokens: TokenState,
) -> impl IntoView {
    let trial =
        |kind| Endpoint::ALL.map(|endpoint| Trial { kind, endpoint, outcome: RwSignal::new(None) });
    let trials = Kind::ALL.map(|kind| (kind, trial(kind)));
    // The outcomes of earlier tokens say nothing about the new ones.
    effect(move || {
        tokens.set.track();
        for trial in trials.iter().flat_map(|(_, trials)| trials) {
            trial.outcome.set(None);
        }
    });
    let all = move |_| {
        for trial in trials.iter().flat_map(|(_, trials)| trials) {
            trial.run(tokens);
        }
    };
    let columns = Endpoint::ALL.map(|endpoint| view! { <th scope="col">{endpoint.name()}</th> });
    let row = move |(kind, trials): (Kind, [Trial; 3])| {
        view! {
            <tr>
                <th scope="row">{kind.name()}</th>
                {trials.map(|trial| cell(trial, tokens))}
            </tr>
        }
    };
    view! {
        <section class="card token-section" data-test="trials">
            <div class="section-head">
                <div>
                    <h2>"Try the tokens"</h2>
                    <p>"Each token is sent as Authorization: Bearer, without your cookie. whoami returns what a token says, employees returns data, userInfo returns who the user is."</p>
                </div>
                <button type="button" class="button" data-test="try-all" on:click=all>
                    "Try all nine"
                </button>
            </div>
            <table class="trials">
                <caption class="visually-hidden">"Each token at each endpoint"</caption>
                <thead>
                    <tr>
                        <td></td>
                        {columns}
                    </tr>
                </thead>
                <tbody>{trials.map(row)}</tbody>
            </table>
        </section>
    }
}

fn cell(trial: Trial, tokens: TokenState) -> impl IntoView {
    let Trial { kind, endpoint, outcome } = trial;
    let verdict = move || {
        outcome.get().map(|outcome| view! { <Verdict outcome expected=Expected::Either /> })
    };
    let is_there =
        move || tokens.set.with(|set| set.as_ref().is_some_and(|set| kind.of(set).is_some()));
    view! {
        <td data-endpoint=endpoint.name() data-test=format!("trial-{}-{}", kind.id(), endpoint.name())>
            <button
                type="button"
                class="button"
                disabled=flag(move || !is_there() || outcome.get() == Some(Outcome::Waiting))
                on:click=move |_| trial.run(tokens)
            >
                "Send"
                <span class="visually-hidden">{format!(" the {} to {}", kind.name(), endpoint.name())}</span>
            </button>
            {reactive_view(verdict)}
        </td>
    }
}

impl Trial {
    fn run(self, tokens: TokenState) {
        let Self { kind, endpoint, outcome } = self;
        let asked = tokens.set.with_untracked(|set| {
            let set = set.as_ref()?;
            Some((kind.of(set)?.clone(), endpoint.path(&set.pool_id)))
        });
        let Some((token, path)) = asked else { return };
        outcome.set(Some(Outcome::Waiting));
        spawn_local(async move {
            let result = Outcome::of(tokens.client.get_with_token(&token, &path).await, |body| {
                endpoint.summary(body)
            });
            tokens.announce(format!(
                "{} at {}: {}",
                kind.name(),
                endpoint.name(),
                result.headline()
            ));
            outcome.set(Some(result));
        });
    }
}
