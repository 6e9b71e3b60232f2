//! The form that requests tokens with the selected scopes.

use domain::AccessScope;
use leptos::prelude::*;

use super::token_state::{Stage, TokenState};
use crate::reactive::{flag, text};

/// A checkbox for each scope, and a button that requests tokens.
#[component]
pub(super) fn Ask(
    /// The state that receives the tokens.
    tokens: TokenState,
) -> impl IntoView {
    let toggle = move |scope: AccessScope| {
        tokens.scopes.update(|scopes| match scopes.iter().position(|known| *known == scope) {
            Some(at) => drop(scopes.remove(at)),
            None => scopes.push(scope),
        });
    };
    let option = move |scope: AccessScope| {
        view! {
            <label>
                <input
                    type="checkbox"
                    prop:checked=flag(move || tokens.scopes.read().contains(&scope))
                    on:change=move |_| toggle(scope)
                    data-test=format!("scope-{}", scope.as_str())
                />
                {scope.as_str()}
            </label>
        }
    };
    let label = move || {
        let label = match (tokens.renewing.get(), *tokens.stage.read() == Stage::Ready) {
            (true, _) => "Getting tokens …",
            (false, true) => "Get new tokens",
            (false, false) => "Get tokens",
        };
        label.to_owned()
    };
    let disabled = flag(move || tokens.renewing.get() || tokens.scopes.read().is_empty());
    view! {
        <div class="ask">
            <fieldset class="scopes">
                <legend>"Scopes"</legend>
                {AccessScope::ALL.map(option)}
            </fieldset>
            <button
                type="button"
                class="button primary"
                data-test="get-tokens"
                disabled=disabled
                on:click=move |_| tokens.get()
            >
                {text(label)}
            </button>
        </div>
    }
}
