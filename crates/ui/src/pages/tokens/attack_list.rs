//! The list of attacks: a button for each, and the server's reply.

use api_types::{at_pool, paths};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsValue;

use super::{
    attacks::{ATTACKS, Attack},
    claims::text as claimed,
    forge::{Material, Signer, TokenDraft, forge, signed},
    keys::{OwnKey, sign_with_public_key},
    outcome::{Expected, Outcome, Verdict},
    token_state::TokenState,
};
use crate::reactive::{flag, reactive_view, text};

/// An attack and its latest outcome.
#[derive(Clone, Copy)]
struct Attempt {
    attack: &'static Attack,
    outcome: RwSignal<Option<Outcome>>,
}

/// A table with a button for each attack, and the server's reply.
#[component]
pub(super) fn AttackList(
    /// The tokens to forge from.
    tokens: TokenState,
) -> impl IntoView {
    let attempts: Vec<Attempt> =
        ATTACKS.iter().map(|attack| Attempt { attack, outcome: RwSignal::new(None) }).collect();
    let attempts = StoredValue::new(attempts);
    let all = move |_| {
        let attempts = attempts.get_value();
        spawn_local(async move {
            for attempt in attempts {
                attempt.run(tokens).await;
            }
        });
    };
    let summary = move || {
        let refused = tokens.observations.with(|observations| {
            observations.attacks.iter().filter(|(_, refused)| *refused).count()
        });
        format!("{refused} of {} refused", ATTACKS.len())
    };
    let is_ready = move || tokens.observations.read().access.is_some();
    view! {
        <section class="card token-section" data-test="attacks">
            <div class="section-head">
                <div>
                    <h2>"Attacks"</h2>
                    <p>"This page forges tokens from your access token and sends them to whoami, unless an attack names another endpoint. A forged token that names or contains a key is signed with that key."</p>
                </div>
                <span class="tag" data-test="attack-summary">
                    {text(summary)}
                </span>
                <button type="button" class="button" data-test="attack-all" disabled=flag(move || !is_ready()) on:click=all>
                    "Try every attack"
                </button>
            </div>
            <table class="attacks">
                <caption class="visually-hidden">"Attacks, and the server’s answers"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Attack"</th>
                        <th scope="col">"Try it"</th>
                        <th scope="col">"The server’s answer"</th>
                    </tr>
                </thead>
                <tbody>{attempts.get_value().into_iter().map(|attempt| row(attempt, tokens)).collect_view()}</tbody>
            </table>
        </section>
    }
}

fn row(attempt: Attempt, tokens: TokenState) -> impl IntoView {
    let Attempt { attack, outcome } = attempt;
    let verdict = move || {
        outcome.get().map(|outcome| view! { <Verdict outcome expected=Expected::Refusal /> })
    };
    let busy = move || {
        tokens.observations.read().access.is_none() || outcome.get() == Some(Outcome::Waiting)
    };
    view! {
        <tr data-test=format!("attack-{}", attack.id)>
            <th scope="row">
                {attack.name}
                <small>{attack.weakness}</small>
            </th>
            <td>
                <button
                    type="button"
                    class="button"
                    disabled=flag(busy)
                    on:click=move |_| spawn_local(attempt.run(tokens))
                >
                    "Try"
                    <span class="visually-hidden">{format!(": {}", attack.name)}</span>
                </button>
            </td>
            <td>{reactive_view(verdict)}</td>
        </tr>
    }
}

impl Attempt {
    async fn run(self, tokens: TokenState) {
        let Self { attack, outcome } = self;
        outcome.set(Some(Outcome::Waiting));
        let result = self.sent(tokens).await;
        tokens.announce(format!("{}: {}", attack.name, result.headline()));
        if let Some(refused) = result.is_refused_as_invalid() {
            tokens.observations.update(|observations| observations.note_attack(attack.id, refused));
        }
        tokens.check_browser_storage();
        outcome.set(Some(result));
    }

    /// Forges the token of this attack, sends it and returns the outcome.
    async fn sent(self, tokens: TokenState) -> Outcome {
        let Ok(own) = OwnKey::new().await else {
            return Outcome::no_reply(
                "This browser cannot create keys on this page. Open it over HTTPS or on localhost.",
            );
        };
        let material = tokens.set.try_with_untracked(|set| {
            let set = set.as_ref()?;
            let read =
                tokens.observations.with_untracked(|observations| observations.access.clone())?;
            let material = Material {
                header: read.header,
                claims: read.claims,
                access: set.access_token.clone(),
                id: set.id_token.clone(),
                refresh: set.refresh_token.clone(),
                own_key: own.public.clone(),
            };
            Some((material, set.pool_id.clone()))
        });
        let Some((material, pool)) = material.flatten() else {
            return Outcome::no_reply("There is no access token to forge from. Get tokens first.");
        };
        let token = match forge(&self.attack.forged_token, &material) {
            None => {
                return Outcome::no_reply("There is no such token: openid was not requested.");
            }
            Some(TokenDraft::Ready(token)) => token,
            Some(TokenDraft::Unsigned(text, Signer::PublicKey)) => {
                let keys = match tokens.client.get_public(&at_pool(paths::JWKS, &pool)).await {
                    Ok(keys) if keys.is_good() => keys,
                    other => return Outcome::of(other, |_| String::new()),
                };
                let kid = claimed(&material.header, "kid").unwrap_or_default();
                match finished(&text, sign_with_public_key(&keys.body, kid, &text).await) {
                    Ok(token) => token,
                    Err(no_reply) => return no_reply,
                }
            }
            Some(TokenDraft::Unsigned(text, _)) => match finished(&text, own.sign(&text).await) {
                Ok(token) => token,
                Err(no_reply) => return no_reply,
            },
        };
        let endpoint = self.attack.endpoint;
        let answer = tokens.client.get_with_token(&token, &endpoint.path(&pool)).await;
        Outcome::of(answer, |body| endpoint.summary(body))
    }
}

fn finished(text: &str, signature: Result<String, JsValue>) -> Result<String, Outcome> {
    let signature =
        signature.map_err(|_| Outcome::no_reply("The browser could not sign the token."))?;
    Ok(signed(text, &signature))
}
