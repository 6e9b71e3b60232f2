//! Somebody at a company's host, with what their browser would send.

use std::net::SocketAddr;

use api_types::{NewSession, paths};
use reqwest::Method;

use crate::{Canary, PASSWORD, Request, Server};

/// A client at one host, with or without a session. It keeps no cookie it was not given.
#[derive(Clone, Debug)]
pub struct Actor {
    pub(crate) address: SocketAddr,
    pub(crate) host: String,
    /// The value of the session cookie.
    pub session: Option<String>,
    pub(crate) canary: Option<Canary>,
}

impl Actor {
    /// A visitor at a company's host; with an empty name, at the bare host.
    pub fn at(server: &Server, slug: &str) -> Self {
        Self { address: server.address, host: server.host(slug), session: None, canary: None }
    }

    /// The same, for whom every canary but this one is foreign.
    #[must_use]
    pub fn of(mut self, canary: &Canary) -> Self {
        self.canary = Some(canary.clone());
        self
    }

    /// The same person, who looks at whatever comes, also at what is another company's: for the laboratory, which says itself what may come.
    #[must_use]
    pub fn with_open_eyes(mut self) -> Self {
        self.canary = None;
        self
    }

    /// The same person, asking another node.
    #[must_use]
    pub fn on(mut self, server: &Server) -> Self {
        self.address = server.address;
        self
    }

    /// The same person, asking what listens at this address.
    #[must_use]
    pub fn at_address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// The same cookie at another host: what a browser never does, and a thief does.
    #[must_use]
    pub fn carried_to(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }

    /// The same person with another session cookie.
    #[must_use]
    pub fn with_session(mut self, value: &str) -> Self {
        self.session = Some(value.to_owned());
        self
    }

    /// The same person without a session.
    #[must_use]
    pub fn signed_out(mut self) -> Self {
        self.session = None;
        self
    }

    /// Signs in with the password of every fresh account.
    pub async fn signed_in(self, email: &str) -> Self {
        self.signed_in_with(email, PASSWORD).await
    }

    /// Signs in. While others flood the server, it tries again as it is told to.
    pub async fn signed_in_with(self, email: &str, password: &str) -> Self {
        let signed_in = self.sign_in(email, password).expect(201).await;
        let session = signed_in.session_cookie().value;
        Self { session: Some(session), ..self }
    }

    /// A request to sign in.
    pub fn sign_in(&self, email: &str, password: &str) -> Request {
        let new = NewSession { email: email.to_owned(), password: password.to_owned() };
        self.request(Method::POST, paths::SESSION).json(&new).patient()
    }

    /// Reads.
    pub fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    /// Any method.
    pub fn request(&self, method: Method, path: &str) -> Request {
        Request::new(self.clone(), method, path)
    }

    /// The `Origin` of the pages at this host.
    pub fn origin(&self) -> String {
        format!("http://{}", self.host)
    }

    /// The `Host` header this actor sends.
    pub fn host(&self) -> &str {
        &self.host
    }
}
