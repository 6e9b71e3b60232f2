//! The tokens, kept in the memory of the tokens page only. They are gone when the user leaves the page.

use api_types::{Code, InspectToken, Inspected, NewTokens, TokenSet, paths};
use domain::AccessScope;
use leptos::{prelude::*, task::spawn_local};
use serde_json::Value;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDocument, Storage};

use super::{
    claims::Members,
    observations::{Observations, Read},
};
use crate::{
    client::{Client, Failure},
    title::Announced,
};

/// One of the three tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Says who the user is.
    Id,
    /// Says what its bearer may do.
    Access,
    /// Is exchanged for new tokens.
    Refresh,
}

/// The state of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// No tokens have been requested.
    Nothing,
    /// Tokens have been requested and have not arrived.
    Requesting,
    /// The server shows no tokens, because it is not a demonstration.
    Hidden,
    /// The request for tokens failed.
    Failed(Failure),
    /// The page has tokens.
    Ready,
}

/// The contents of a token, as far as the server has reported them.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ContentsState {
    /// The server has been asked and has not replied.
    Waiting,
    /// There is no such token.
    Absent,
    /// Whether the token is valid, and its contents if it is.
    Read(Inspected),
    /// The request to the server failed.
    Failed(Failure),
}

/// The tokens, and what was seen of them. A handle: copies share one state.
#[derive(Clone, Copy)]
pub(super) struct TokenState {
    /// The state of the page.
    pub(super) stage: RwSignal<Stage>,
    /// Whether tokens have been requested and have not arrived; old ones may still be shown.
    pub(super) renewing: RwSignal<bool>,
    /// The scopes for the next request.
    pub(super) scopes: RwSignal<Vec<AccessScope>>,
    /// The current tokens.
    pub(super) set: RwSignal<Option<TokenSet>>,
    /// One more than the number of times that a refresh token was used.
    pub(super) generation: RwSignal<u32>,
    /// The previous refresh token.
    pub(super) before: RwSignal<Option<String>>,
    /// What was seen, for the checklist.
    pub(super) observations: RwSignal<Observations>,
    /// The API client.
    pub(super) client: Client,
    id: RwSignal<ContentsState>,
    access: RwSignal<ContentsState>,
    announced: Announced,
}

impl Kind {
    /// Every kind, in the order of the cards.
    pub(super) const ALL: [Self; 3] = [Self::Id, Self::Access, Self::Refresh];

    /// The name on the screen.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Id => "ID token",
            Self::Access => "Access token",
            Self::Refresh => "Refresh token",
        }
    }

    /// The name in `data-test` attributes.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Access => "access",
            Self::Refresh => "refresh",
        }
    }

    /// The token of this kind, if the set has one.
    pub(super) fn of(self, set: &TokenSet) -> Option<&String> {
        match self {
            Self::Id => set.id_token.as_ref(),
            Self::Access => Some(&set.access_token),
            Self::Refresh => set.refresh_token.as_ref(),
        }
    }
}

impl TokenState {
    /// The state before the first request.
    pub(super) fn nothing() -> Self {
        Self {
            stage: RwSignal::new(Stage::Nothing),
            renewing: RwSignal::new(false),
            scopes: RwSignal::new(AccessScope::ALL.to_vec()),
            set: RwSignal::new(None),
            generation: RwSignal::new(1),
            before: RwSignal::new(None),
            observations: RwSignal::new(Observations::default()),
            client: expect_context(),
            id: RwSignal::new(ContentsState::Absent),
            access: RwSignal::new(ContentsState::Absent),
            announced: expect_context(),
        }
    }

    /// Requests tokens for the signed-in user. Does nothing while a request is running.
    pub(super) fn get(self) {
        if self.renewing.get_untracked() {
            return;
        }
        self.renewing.set(true);
        if self.stage.get_untracked() != Stage::Ready {
            self.stage.set(Stage::Requesting);
        }
        let asked = NewTokens { scopes: Some(self.scopes.get_untracked()) };
        spawn_local(async move {
            let got = self.client.post::<TokenSet>(paths::TOKENS, &asked).await;
            self.renewing.set(false);
            match got {
                Ok(set) => {
                    self.generation.set(1);
                    self.before.set(None);
                    self.replace_tokens(set);
                    self.stage.set(Stage::Ready);
                    self.announce("Tokens received".to_owned());
                }
                Err(failure) if failure.code() == Some(Code::NotFound) => {
                    self.stage.set(Stage::Hidden);
                }
                Err(failure) if failure.concerns_the_whole_page() => {}
                Err(failure) => self.stage.set(Stage::Failed(failure)),
            }
        });
    }

    /// The tokens with their refresh token, if there is one.
    pub(super) fn refreshable(self) -> Option<(TokenSet, String)> {
        let set = self.set.get_untracked()?;
        let token = set.refresh_token.clone()?;
        Some((set, token))
    }

    /// Whether there is no refresh token.
    pub(super) fn has_no_refresh_token(self) -> bool {
        self.set.with(|set| set.as_ref().is_none_or(|set| set.refresh_token.is_none()))
    }

    /// Replaces the current tokens with `set`, and asks the server for their contents.
    pub(super) fn replace_tokens(self, set: TokenSet) {
        self.observations.update(|observations| {
            observations.issuer.clone_from(&set.issuer);
            observations.client = set.client_id.to_string();
            observations.refresh = set.refresh_token.is_some();
            (observations.id, observations.access) = (None, None);
        });
        let (id, access) = (set.id_token.clone(), set.access_token.clone());
        self.set.set(Some(set));
        self.read(Kind::Id, id);
        self.read(Kind::Access, Some(access));
        self.check_browser_storage();
    }

    /// The contents of the token of this kind; not for refresh tokens.
    pub(super) fn contents_state(self, kind: Kind) -> RwSignal<ContentsState> {
        if kind == Kind::Id { self.id } else { self.access }
    }

    /// Asks the server again for the contents of the token of this kind.
    pub(super) fn inspect_again(self, kind: Kind) {
        self.read(kind, self.set.with_untracked(|set| kind.of(set.as_ref()?).cloned()));
    }

    /// Announces the text to screen readers.
    pub(super) fn announce(self, words: String) {
        self.announced.0.set(words);
    }

    /// Records what a script could find in the browser's storage and cookies at this moment.
    pub(super) fn check_browser_storage(self) {
        let browser_storage =
            self.set.try_with_untracked(|set| set.as_ref().map(browser_storage)).flatten();
        self.observations.update(|observations| observations.browser_storage = browser_storage);
    }

    fn read(self, kind: Kind, token: Option<String>) {
        let contents_state = self.contents_state(kind);
        let Some(token) = token else { return contents_state.set(ContentsState::Absent) };
        contents_state.set(ContentsState::Waiting);
        spawn_local(async move {
            let read = self.inspect(token.clone()).await;
            let is_old =
                |set: &Option<TokenSet>| set.as_ref().and_then(|set| kind.of(set)) != Some(&token);
            // By now the token may have been replaced, or the page may be gone.
            if self.set.try_with_untracked(is_old).unwrap_or(true) {
                return;
            }
            if let Ok(inspected) = &read {
                self.observations.update(|observations| {
                    let read = members(inspected);
                    if kind == Kind::Id {
                        observations.id = read;
                    } else {
                        observations.access = read;
                    }
                });
            }
            contents_state.set(read.map_or_else(ContentsState::Failed, ContentsState::Read));
        });
    }

    /// Has the server verify a token like a plain verifier, which does not check whether the token was revoked.
    pub(super) async fn inspect(self, token: String) -> Result<Inspected, Failure> {
        self.client.post(paths::INSPECT_TOKEN, &InspectToken { token }).await
    }
}

/// The header and the claims; `None` if the token is not valid.
fn members(inspected: &Inspected) -> Option<Read> {
    let object =
        |value: &Option<Value>| -> Option<Members> { value.as_ref()?.as_object().cloned() };
    Some(Read { header: object(&inspected.header)?, claims: object(&inspected.claims)? })
}

/// The number of entries in `localStorage` and `sessionStorage`, and whether a cookie that scripts can read contains a token.
fn browser_storage(set: &TokenSet) -> (u32, bool) {
    let entries = |store: Result<Option<Storage>, _>| match store {
        Ok(Some(store)) => store.length().unwrap_or(0),
        _ => 0,
    };
    let count = entries(window().local_storage()) + entries(window().session_storage());
    let page = document().dyn_into::<HtmlDocument>().ok();
    let cookies = page.and_then(|page| page.cookie().ok()).unwrap_or_default();
    let in_cookies = |kind: Kind| kind.of(set).is_some_and(|token| cookies.contains(&**token));
    (count, Kind::ALL.into_iter().any(in_cookies))
}
