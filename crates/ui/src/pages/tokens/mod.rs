//! The tokens page: a set of tokens for the signed-in user, their contents, the endpoints that accept them, their renewal and revocation.
//!
//! A product puts no token into the browser (ASVS 10.1.1). This page is the documented exception, and it keeps its tokens in memory only.

mod ask;
mod attack_list;
mod attacks;
mod base64url;
mod card;
mod checklist;
mod claims;
mod contents;
mod endpoints;
mod exchange;
mod forge;
mod keys;
mod observations;
mod outbox;
mod outcome;
mod renewal;
mod revocation;
mod token_state;
mod trials;

use domain::Permission;
use leptos::prelude::*;

use crate::{
    components::{
        demonstration_only::DemonstrationOnly, empty_state::EmptyState, error_state::ErrorState,
        icon::Shape,
    },
    reactive::reactive_view,
    session::Viewer,
    skeleton::{Skeleton, SkeletonKind},
    title::use_title,
};
use ask::Ask;
use attack_list::AttackList;
use card::TokenCard;
use checklist::Checklist;
use contents::Contents;
use outbox::Outbox;
use renewal::Renewal;
use revocation::Revocation;
use token_state::{Kind, Stage, TokenState};
use trials::Trials;

/// The tokens page, with the viewer's own tokens.
#[component]
pub(crate) fn TokensPage() -> impl IntoView {
    use_title(|| "Tokens".to_owned());
    let tokens = TokenState::nothing();
    let viewer = expect_context::<Viewer>();
    let body = move || match tokens.stage.get() {
        Stage::Nothing => view! { <Nothing tokens /> }.into_any(),
        Stage::Requesting => view! { <Skeleton of=SkeletonKind::Tokens /> }.into_any(),
        Stage::Hidden => hidden().into_any(),
        Stage::Failed(failure) => {
            let retry = Callback::new(move |()| tokens.get());
            view! {
                <div class="card">
                    <ErrorState failure retry />
                </div>
            }
            .into_any()
        }
        Stage::Ready => view! { <Ready tokens /> }.into_any(),
    };
    let is_hr = Memo::new(move |_| viewer.may(Permission::WriteEmployees));
    view! {
        <div class="page-head">
            <div>
                <h1>"Tokens"</h1>
                <p>"Applications use tokens to act for you. This page keeps yours in memory only: they are gone when you leave it."</p>
            </div>
        </div>
        <div class="tokens">
            {reactive_view(body)}
            {reactive_view(move || is_hr.get().then(|| view! { <Outbox /> }))}
        </div>
    }
}

#[component]
fn Nothing(
    /// The state that receives the tokens.
    tokens: TokenState,
) -> impl IntoView {
    view! {
        <div class="card">
            <EmptyState
                shape=Shape::Key
                title="No tokens yet"
                detail="There are three: an ID token says who you are, an access token says what you may do, and a refresh token is exchanged for new tokens."
            >
                <Ask tokens />
            </EmptyState>
        </div>
    }
}

fn hidden() -> impl IntoView {
    view! {
        <DemonstrationOnly
            title="Tokens are shown in a demonstration only"
            detail="A product keeps tokens out of the browser (OWASP ASVS 10.1.1), because a script that is injected into the page could read them. You are signed in with a cookie that no script can read."
        />
    }
}

#[component]
fn Ready(
    /// The state that holds the tokens.
    tokens: TokenState,
) -> impl IntoView {
    view! {
        <div class="card ask-again">
            <Ask tokens />
        </div>
        <div class="token-cards">{Kind::ALL.map(|kind| view! { <TokenCard kind tokens /> })}</div>
        <Contents tokens />
        <Trials tokens />
        <Renewal tokens />
        <Revocation tokens />
        <AttackList tokens />
        <Checklist tokens />
    }
}
