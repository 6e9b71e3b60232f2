//! An OAuth client application: it sends browsers to the authorization endpoint and exchanges the code for tokens.

use std::collections::BTreeMap;

use api_types::{OauthError, OauthProblem, TokenReply, TokenSet, at_pool, paths};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Method;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Actor, Application, Reply, Request, secrets};

/// The redirect URI of the applications in these tests.
pub const REDIRECT_URI: &str = "https://app.example/callback?kept=1";
/// The logout URI of the applications in these tests.
pub const LOGOUT_URI: &str = "https://app.example/bye";

/// A PKCE verifier and its challenge (RFC 7636).
#[derive(Clone, Debug)]
pub struct Pkce {
    /// The secret, which is sent with the code.
    pub verifier: String,
    /// The digest of the verifier, which is sent to the authorization endpoint.
    pub challenge: String,
}

impl Pkce {
    /// A new random verifier with its challenge.
    pub fn fresh() -> Self {
        let verifier = [Uuid::new_v4().simple().to_string(), Uuid::new_v4().to_string()].concat();
        secrets::remember(&verifier);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        Self { verifier, challenge }
    }
}

impl Application {
    /// The path of an endpoint of the application's pool.
    pub fn path(&self, path: &str) -> String {
        at_pool(path, &self.pool)
    }

    /// The authorization URL that asks for a code. `other` adds parameters or replaces default ones; an empty value removes one.
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

    /// The form fields of a token request with a code.
    pub fn code_grant<'f>(&'f self, code: &'f str, pkce: &'f Pkce) -> Vec<(&'f str, &'f str)> {
        self.shown(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", &pkce.verifier),
        ])
    }

    /// The form fields of a token request with a refresh token.
    pub fn refresh_grant<'f>(&'f self, token: &'f str) -> Vec<(&'f str, &'f str)> {
        self.shown(&[("grant_type", "refresh_token"), ("refresh_token", token)])
    }

    /// These fields plus the application's client id and, if it has one, its secret.
    pub fn shown<'f>(&'f self, own: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
        let id = [("client_id", self.id.as_str())];
        let secret = self.secret.as_deref().map(|secret| ("client_secret", secret));
        own.iter().copied().chain(id).chain(secret).collect()
    }

    /// Sends a signed-in browser to the authorization endpoint and returns the code from the redirect.
    ///
    /// # Panics
    /// If the redirect has no code.
    pub async fn code_for(&self, person: &Actor, pkce: &Pkce, other: &[(&str, &str)]) -> String {
        let sent = person.get(&self.authorize(pkce, other)).expect(303).await.sent_to();
        let code = sent.parameters.get("code").unwrap_or_else(|| panic!("no code in {sent:?}"));
        secrets::remember(code);
        code.clone()
    }

    /// Gets all tokens for a signed-in user. `server` is a client at the bare host, which sends the token request.
    pub async fn tokens_for(&self, person: &Actor, server: &Actor, scope: &str) -> TokenReply {
        let pkce = Pkce::fresh();
        let code = self.code_for(person, &pkce, &[("scope", scope)]).await;
        let grant = self.code_grant(&code, &pkce);
        server.post_form(&self.path(paths::TOKEN), &grant).expect(200).await.tokens()
    }
}

/// The target of a redirect to an application, with its query parameters.
#[derive(Clone, Debug)]
pub struct SentTo {
    /// The URL without its query.
    pub address: String,
    /// The query parameters, for example `code` and `state`.
    pub parameters: BTreeMap<String, String>,
}

/// Decodes a part of a signed token without verifying it: 0 is the header, 1 the claims.
pub fn token_part(token: &str, at: usize) -> Value {
    let part = token.split('.').nth(at).expect("the token has this part");
    let json = URL_SAFE_NO_PAD.decode(part).expect("base64url");
    serde_json::from_slice(&json).expect("JSON")
}

impl Actor {
    /// A `POST` request with form fields.
    pub fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Request {
        let request = self.request(Method::POST, path);
        request.header("content-type", "application/x-www-form-urlencoded").body(form(fields, &[]))
    }

    /// A `GET` request with a bearer token and without a cookie.
    pub fn get_with_token(&self, path: &str, token: &str) -> Request {
        self.clone().signed_out().get(path).header("authorization", &format!("Bearer {token}"))
    }
}

impl Reply {
    /// The tokens of a token response. They are registered as secrets.
    pub fn tokens(&self) -> TokenReply {
        let tokens: TokenReply = self.json();
        assert_eq!(self.header("cache-control"), Some("no-store"));
        let optional = [&tokens.refresh_token, &tokens.id_token];
        secrets::remember(&tokens.access_token);
        optional.into_iter().flatten().for_each(|token| secrets::remember(token));
        tokens
    }

    /// The tokens as the demonstration's token page gets them. They are registered as secrets.
    pub fn token_set(&self) -> TokenSet {
        let tokens: TokenSet = self.json();
        assert_eq!(self.header("cache-control"), Some("no-store"));
        let optional = [&tokens.refresh_token, &tokens.id_token];
        secrets::remember(&tokens.access_token);
        optional.into_iter().flatten().for_each(|token| secrets::remember(token));
        tokens
    }

    /// The target of the redirect.
    pub fn sent_to(&self) -> SentTo {
        let location = self.header("location").expect("a redirect has a `Location`");
        let (address, query) = location.split_once('?').unwrap_or((location, ""));
        let parameters = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        SentTo { address: address.to_owned(), parameters }
    }

    /// Checks that the reply is this OAuth error.
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
