//! A card with one of the three tokens, as it is sent.

use api_types::TokenSet;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

use super::token_state::{Kind, TokenState};
use crate::reactive::{reactive_view, text};

/// A card with the text of a token, its purpose and a button to copy it.
#[component]
pub(super) fn TokenCard(
    /// The token to show.
    kind: Kind,
    /// The state that holds the tokens.
    tokens: TokenState,
) -> impl IntoView {
    let token = Memo::new(move |_| tokens.set.with(|set| kind.of(set.as_ref()?).cloned()));
    let copied = RwSignal::new(false);
    let copy = move |_| {
        let Some(token) = token.get_untracked() else { return };
        // Browsers offer the clipboard only in a secure context.
        if !window().is_secure_context() {
            return;
        }
        spawn_local(async move {
            let written = JsFuture::from(window().navigator().clipboard().write_text(&token)).await;
            copied.set(written.is_ok());
            tokens.announce(match written {
                Ok(_) => format!("{} copied", kind.name()),
                Err(_) => "The browser did not allow the copy".to_owned(),
            });
        });
    };
    let all_passed = move || match token.get() {
        Some(token) => {
            copied.set(false);
            view! { <code class="token-text" data-test="token-text">{parts(&token)}</code> }
                .into_any()
        }
        None => view! { <p class="token-absent">"None: openid was not requested."</p> }.into_any(),
    };
    let facts = move || {
        tokens.set.with(|set| set.as_ref().map_or_else(String::new, |set| facts(kind, set)))
    };
    view! {
        <section class="card token-card" data-test=format!("card-{}", kind.id())>
            <h2>{kind.name()}</h2>
            <p>{purpose(kind)}</p>
            {reactive_view(all_passed)}
            <div class="token-foot">
                <small>{text(facts)}</small>
                <button type="button" class="button quiet" on:click=copy>
                    {text(move || if copied.get() { "Copied".into() } else { "Copy".into() })}
                    <span class="visually-hidden">{format!(" the {}", kind.name())}</span>
                </button>
            </div>
        </section>
    }
}

const fn purpose(kind: Kind) -> &'static str {
    match kind {
        Kind::Id => "Says who you are. Only for the application that requested it, not for an API.",
        Kind::Access => {
            "Says what its bearer may do. For the API. It contains no name and no e-mail address."
        }
        Kind::Refresh => "Is exchanged for new tokens. Opaque: it contains no data.",
    }
}

fn facts(kind: Kind, set: &TokenSet) -> String {
    match kind {
        Kind::Id => "signed, three parts".to_owned(),
        Kind::Access => format!("signed, {} minutes", set.expires_in / 60),
        Kind::Refresh => "random, single use".to_owned(),
    }
}

/// Header, claims and signature, each in an element of its own, so that CSS can colour them.
fn parts(token: &str) -> impl IntoView + use<> {
    token.split_inclusive('.').map(|part| view! { <span>{part.to_owned()}</span> }).collect_view()
}
