//! A client of Cognito's JSON protocol.

mod signature;

use chrono::Utc;
use reqwest::Method;
use serde_json::Value;

use crate::{Actor, Canary, Company, Reply, Request, Server, secrets};

pub use signature::AccessKey;

const JSON: &str = "application/x-amz-json-1.1";
const TARGET: &str = "AWSCognitoIdentityProviderService";

/// A client of the protocol at the bare host.
#[derive(Clone, Debug)]
pub struct CognitoClient {
    actor: Actor,
}

impl CognitoClient {
    /// A client of this node, without a company. Canaries in replies are not checked.
    pub fn at(server: &Server) -> Self {
        Self { actor: Actor::at(server, "") }
    }

    /// The same client; a reply with any other canary than this fails the test.
    #[must_use]
    pub fn of(self, canary: &Canary) -> Self {
        Self { actor: self.actor.of(canary) }
    }

    /// The same client at another node.
    #[must_use]
    pub fn on(self, server: &Server) -> Self {
        Self { actor: self.actor.on(server) }
    }

    /// An unsigned request, for operations on one's own account.
    pub fn ask(&self, operation: &str, body: &Value) -> Request {
        self.ask_with(operation, body.to_string())
    }

    /// The same with any bytes as its body.
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

    /// A request to `/` with any method and no headers of the protocol.
    pub fn request(&self, method: Method) -> Request {
        self.actor.request(method, "/")
    }
}

impl Company {
    /// A client of the shared node. A reply with data of another company fails the test.
    pub fn cognito(&self) -> CognitoClient {
        CognitoClient::at(self.server()).of(&self.canary)
    }
}

impl Reply {
    /// The JSON of an operation's reply. Tokens in it are registered as secrets.
    ///
    /// # Panics
    /// If the content type is not Cognito's.
    pub fn operation(&self) -> Value {
        assert_eq!(self.header("content-type"), Some(JSON), "{}", self.text());
        let answer: Value = self.json();
        let tokens = answer["AuthenticationResult"].as_object().into_iter().flatten();
        for (_, token) in tokens.filter(|(name, _)| name.ends_with("Token")) {
            // The header and claims of a JWT may contain words that appear in logs; its signature is unique.
            let secret = token.as_str().and_then(|token| token.rsplit('.').next());
            secrets::remember(secret.expect("a token"));
        }
        answer
    }

    /// Checks that the reply is this exception, in the form that Cognito's clients expect, and returns its message.
    ///
    /// # Panics
    /// If the reply is another exception, or none.
    pub fn exception(&self, name: &str) -> String {
        let reply = self.operation();
        assert_eq!(reply["__type"], name, "{reply}");
        assert_eq!(self.header("x-amzn-errortype"), Some(name));
        assert_eq!(self.header("x-amzn-requestid"), self.header("x-request-id"));
        assert_eq!(self.header("access-control-allow-origin"), Some("*"));
        let message = reply["message"].as_str().expect("a message").to_owned();
        assert!(!message.is_empty() && reply.as_object().is_some_and(|reply| reply.len() == 2));
        message
    }
}
