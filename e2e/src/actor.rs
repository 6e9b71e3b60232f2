//! An HTTP client at a company's host, with the headers that a browser would send.

use std::net::SocketAddr;

use api_types::{NewSession, paths};
use reqwest::Method;

use crate::{Canary, LoadBalancer, PASSWORD, Request, Server};

/// A client at one host, with or without a session. It stores no cookies from replies.
#[derive(Clone, Debug)]
pub struct Actor {
    pub(crate) address: SocketAddr,
    pub(crate) host: String,
    /// The value of the session cookie; `None` if it is not signed in.
    pub session: Option<String>,
    pub(crate) canary: Option<Canary>,
}

impl Actor {
    /// A client without a session at a company's host; at the bare host if `slug` is empty.
    pub fn at(server: &Server, slug: &str) -> Self {
        Self { address: server.address, host: server.host(slug), session: None, canary: None }
    }

    /// The same client; a reply with any other canary than this fails the test.
    #[must_use]
    pub fn of(mut self, canary: &Canary) -> Self {
        self.canary = Some(canary.clone());
        self
    }

    /// The same client without the check for other companies' data, for lab tests that check replies themselves.
    #[must_use]
    pub fn without_canary_check(mut self) -> Self {
        self.canary = None;
        self
    }

    /// The same client at another node.
    #[must_use]
    pub fn on(mut self, server: &Server) -> Self {
        self.address = server.address;
        self
    }

    /// The same client, whose requests go to the load balancer.
    #[must_use]
    pub fn behind(self, load_balancer: &LoadBalancer) -> Self {
        self.at_address(load_balancer.address)
    }

    /// The same client at this address.
    #[must_use]
    pub fn at_address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// The same client and cookie with another `Host`: an attacker can do this, a browser cannot.
    #[must_use]
    pub fn with_host(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }

    /// The same client with another session cookie.
    #[must_use]
    pub fn with_session(mut self, value: &str) -> Self {
        self.session = Some(value.to_owned());
        self
    }

    /// The same client without a session.
    #[must_use]
    pub fn signed_out(mut self) -> Self {
        self.session = None;
        self
    }

    /// Signs in with [`PASSWORD`], the password of every fresh account.
    pub async fn signed_in(self, email: &str) -> Self {
        self.signed_in_with(email, PASSWORD).await
    }

    /// Signs in and returns the client with its session. Retries while the server is busy.
    pub async fn signed_in_with(self, email: &str, password: &str) -> Self {
        let signed_in = self.sign_in(email, password).expect(201).await;
        let session = signed_in.session_cookie().value;
        Self { session: Some(session), ..self }
    }

    /// A request to sign in. It is retried while the server is busy.
    pub fn sign_in(&self, email: &str, password: &str) -> Request {
        let new = NewSession {
            email: email.to_owned(),
            password: password.to_owned(),
            remember_me: false,
        };
        self.request(Method::POST, paths::SESSION).json(&new).with_retry()
    }

    /// A `GET` request.
    pub fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    /// A request with any method.
    pub fn request(&self, method: Method, path: &str) -> Request {
        Request::new(self.clone(), method, path)
    }

    /// The `Origin` of pages at this host.
    pub fn origin(&self) -> String {
        format!("http://{}", self.host)
    }

    /// The `Host` header that this client sends.
    pub fn host(&self) -> &str {
        &self.host
    }
}
