//! A client of Cognito's protocol, as its libraries speak it.

mod signature;

use chrono::Utc;
use reqwest::Method;
use serde_json::Value;

use crate::{Actor, Canary, Company, Reply, Request, Server, secrets};

pub use signature::AccessKey;

const JSON: &str = "application/x-amz-json-1.1";
const TARGET: &str = "AWSCognitoIdentityProviderService";

/// Someone at the bare host who speaks it.
#[derive(Clone, Debug)]
pub struct CognitoClient {
    actor: Actor,
}

impl CognitoClient {
    /// Someone of whom nothing is known, at this node.
    pub fn at(server: &Server) -> Self {
        Self { actor: Actor::at(server, "") }
    }

    /// The same, for whom every canary but this one is foreign.
    #[must_use]
    pub fn of(self, canary: &Canary) -> Self {
        Self { actor: self.actor.of(canary) }
    }

    /// The same at another node.
    #[must_use]
    pub fn on(self, server: &Server) -> Self {
        Self { actor: self.actor.on(server) }
    }

    /// A request for an operation of one's own account, which nobody signs.
    pub fn ask(&self, operation: &str, body: &Value) -> Request {
        self.ask_with(operation, body.to_string())
    }

    /// The same with a body that may be anything.
    pub fn ask_with(&self, operation: &str, body: impl Into<Vec<u8>>) -> Request {
        self.actor
            .request(Method::POST, "/")
            .header("content-type", JSON)
            .header("x-amz-target", &format!("{TARGET}.{operation}"))
            .body(body)
    }

    /// A request that is signed with an access key.
    pub fn signed(&self, key: &AccessKey, operation: &str, body: &Value) -> Request {
        let (body, target) = (body.to_string(), format!("{TARGET}.{operation}"));
        let date = Utc::now().format("%Y%m%dT%H%M%SZ").to_string();
        let authorization = key.authorize(self.actor.host(), &date, &target, JSON, &body);
        self.ask_with(operation, body)
            .header("x-amz-date", &date)
            .header("authorization", &authorization)
    }

    /// A request that is anything.
    pub fn request(&self, method: Method) -> Request {
        self.actor.request(method, "/")
    }
}

impl Company {
    /// Someone who speaks the protocol to the shared node, and must see nothing of other companies.
    pub fn cognito(&self) -> CognitoClient {
        CognitoClient::at(self.server()).of(&self.canary)
    }
}

impl Reply {
    /// What an operation answered. Tokens in it are noted as secrets.
    ///
    /// # Panics
    /// If it has another form than Cognito's.
    pub fn operation(&self) -> Value {
        assert_eq!(self.header("content-type"), Some(JSON), "{}", self.text());
        let answer: Value = self.json();
        let tokens = answer["AuthenticationResult"].as_object().into_iter().flatten();
        for (_, token) in tokens.filter(|(name, _)| name.ends_with("Token")) {
            // The parts of a JWT are the words of a log; its signature is the one that nobody can make up.
            let secret = token.as_str().and_then(|token| token.rsplit('.').next());
            secrets::remember(secret.expect("a token"));
        }
        answer
    }

    /// The message of a refusal of this name, in every part as Cognito's clients want it.
    ///
    /// # Panics
    /// If it is another, or none.
    pub fn exception(&self, name: &str) -> String {
        let told = self.operation();
        assert_eq!(told["__type"], name, "{told}");
        assert_eq!(self.header("x-amzn-errortype"), Some(name));
        assert_eq!(self.header("x-amzn-requestid"), self.header("x-request-id"));
        assert_eq!(self.header("access-control-allow-origin"), Some("*"));
        let message = told["message"].as_str().expect("a message").to_owned();
        assert!(!message.is_empty() && told.as_object().is_some_and(|told| told.len() == 2));
        message
    }
}
