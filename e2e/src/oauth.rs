//! An application as its developers write it: it sends browsers to the authorization endpoint, and exchanges what they come back with.

use std::collections::BTreeMap;

use api_types::{OauthError, OauthProblem, TokenReply, TokenSet, at_pool, paths};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Method;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Actor, Application, Reply, Request, secrets};

/// Where codes are sent in these tests.
pub const REDIRECT_URI: &str = "https://app.example/callback?kept=1";
/// Where a sign-out leads in these tests.
pub const LOGOUT_URI: &str = "https://app.example/bye";

/// A verifier and its challenge (RFC 7636).
#[derive(Clone, Debug)]
pub struct Pkce {
    /// What is shown with the code.
    pub verifier: String,
    /// What is shown before.
    pub challenge: String,
}

impl Pkce {
    /// A fresh pair.
    pub fn fresh() -> Self {
        let verifier = [Uuid::new_v4().simple().to_string(), Uuid::new_v4().to_string()].concat();
        secrets::remember(&verifier);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        Self { verifier, challenge }
    }
}

impl Application {
    /// A path of its pool.
    pub fn path(&self, path: &str) -> String {
        at_pool(path, &self.pool)
    }

    /// Where it sends a browser to get a code. What is named in `other` is sent in the place of the usual; an empty text leaves it out.
    pub fn authorize(&self, pkce: &Pkce, other: &[(&str, &str)]) -> String {
        let usual = [
            ("response_type", "code"),
            ("client_id", self.id.as_str()),
            ("redirect_uri", REDIRECT_URI),
            ("code_challenge", &pkce.challenge),
            ("code_challenge_method", "S256"),
            ("state", "a state & more"),
        ];
        format!("{}?{}", self.path(paths::AUTHORIZE), form(&usual, other))
    }

    /// What it sends with a code.
    pub fn code_grant<'f>(&'f self, code: &'f str, pkce: &'f Pkce) -> Vec<(&'f str, &'f str)> {
        self.shown(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", &pkce.verifier),
        ])
    }

    /// What it sends with a refresh token.
    pub fn refresh_grant<'f>(&'f self, token: &'f str) -> Vec<(&'f str, &'f str)> {
        self.shown(&[("grant_type", "refresh_token"), ("refresh_token", token)])
    }

    /// These parameters, and what it shows of itself.
    pub fn shown<'f>(&'f self, own: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
        let id = [("client_id", self.id.as_str())];
        let secret = self.secret.as_deref().map(|secret| ("client_secret", secret));
        own.iter().copied().chain(id).chain(secret).collect()
    }

    /// The code with which a browser comes back that is signed in as this person.
    ///
    /// # Panics
    /// If it comes back with none.
    pub async fn code_for(&self, person: &Actor, pkce: &Pkce, other: &[(&str, &str)]) -> String {
        let sent = person.get(&self.authorize(pkce, other)).expect(303).await.sent_to();
        let code = sent.told.get("code").unwrap_or_else(|| panic!("no code in {sent:?}"));
        secrets::remember(code);
        code.clone()
    }

    /// All that it gets for a person who is signed in, asked for at `server`, which is somebody at the bare host.
    pub async fn tokens_for(&self, person: &Actor, server: &Actor, scope: &str) -> TokenReply {
        let pkce = Pkce::fresh();
        let code = self.code_for(person, &pkce, &[("scope", scope)]).await;
        let grant = self.code_grant(&code, &pkce);
        server.post_form(&self.path(paths::TOKEN), &grant).expect(200).await.tokens()
    }
}

/// Where a browser is sent, and what it is told on the way.
#[derive(Clone, Debug)]
pub struct SentTo {
    /// The address without its query.
    pub address: String,
    /// The query.
    pub told: BTreeMap<String, String>,
}

/// A part of a signed token, read: its header is part 0, its claims are part 1. Only its verifier may believe it; here it is what is looked at.
pub fn token_part(token: &str, at: usize) -> Value {
    let part = token.split('.').nth(at).expect("it has such a part");
    let json = URL_SAFE_NO_PAD.decode(part).expect("base64url");
    serde_json::from_slice(&json).expect("JSON")
}

impl Actor {
    /// Sends a form.
    pub fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Request {
        let request = self.request(Method::POST, path);
        request.header("content-type", "application/x-www-form-urlencoded").body(form(fields, &[]))
    }

    /// Asks with a token and without a cookie.
    pub fn bearing(&self, path: &str, token: &str) -> Request {
        self.clone().signed_out().get(path).header("authorization", &format!("Bearer {token}"))
    }
}

impl Reply {
    /// The tokens in it, which are secrets from now on.
    pub fn tokens(&self) -> TokenReply {
        let tokens: TokenReply = self.json();
        assert_eq!(self.header("cache-control"), Some("no-store"));
        let optional = [&tokens.refresh_token, &tokens.id_token];
        secrets::remember(&tokens.access_token);
        optional.into_iter().flatten().for_each(|token| secrets::remember(token));
        tokens
    }

    /// The same as the page of the demonstration gets them.
    pub fn token_set(&self) -> TokenSet {
        let tokens: TokenSet = self.json();
        assert_eq!(self.header("cache-control"), Some("no-store"));
        let optional = [&tokens.refresh_token, &tokens.id_token];
        secrets::remember(&tokens.access_token);
        optional.into_iter().flatten().for_each(|token| secrets::remember(token));
        tokens
    }

    /// Where it sends the browser.
    pub fn sent_to(&self) -> SentTo {
        let location = self.header("location").expect("it leads somewhere");
        let (address, query) = location.split_once('?').unwrap_or((location, ""));
        let told = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        SentTo { address: address.to_owned(), told }
    }

    /// The refusal it is, in OAuth's words.
    pub fn oauth(&self, error: OauthError) {
        let problem: OauthProblem = self.json();
        assert_eq!(problem.error, error, "{problem:?}");
        assert!(!problem.error_description.is_empty());
        assert_eq!(self.header("cache-control"), Some("no-store"));
        assert_eq!(self.header("access-control-allow-origin"), Some("*"));
    }
}

fn form(usual: &[(&str, &str)], other: &[(&str, &str)]) -> String {
    let named = |name: &str| other.iter().any(|(known, _)| *known == name);
    let usual = usual.iter().filter(|(name, _)| !named(name));
    let all = usual.chain(other).filter(|(_, value)| !value.is_empty());
    form_urlencoded::Serializer::new(String::new()).extend_pairs(all).finish()
}
