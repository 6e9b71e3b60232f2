//! One client at one company's host, with its cookies and its connection.

use std::net::SocketAddr;

use api_types::{NewSession, paths};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Request, Response,
    header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, HeaderMap, ORIGIN, SET_COOKIE, USER_AGENT},
};
use serde::Serialize;

use super::{
    connection::Connection,
    cookies::{CookieJar, ShownCookie},
};

/// The header with which the load balancer names the node that answered. Nodes do not set it.
const NODE_HEADER: &str = "x-node";
/// The header that every reply of a node has.
const REQUEST_ID_HEADER: &str = "x-request-id";

/// A user's account at one company, with what a client needs to sign in.
#[derive(Clone)]
pub struct Account {
    /// The company's name in the host, such as `acme`.
    pub company: String,
    /// The `Host` header of the company's pages, such as `acme.localhost:8080`.
    pub host: String,
    /// The user's name or role, for display.
    pub label: String,
    /// The e-mail address to sign in with.
    pub email: String,
    /// The password to sign in with.
    pub password: String,
}

/// Shows no password.
impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("host", &self.host).finish_non_exhaustive()
    }
}

/// What a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A new session, by password.
    SignIn,
    /// The list of employees, which needs a session.
    List,
}

/// The parts of a reply that the population looks at.
#[derive(Debug, Default)]
pub(super) struct Reply {
    /// The status; `None` if there was no reply.
    pub(super) status: Option<u16>,
    /// The name of the node that answered. The load balancer's own replies name none.
    pub(super) node: Option<String>,
    /// Whether the reply changed a cookie of the client.
    pub(super) cookies_changed: bool,
}

/// A client that keeps its cookies and its connection, as a browser does.
#[derive(Debug)]
pub(super) struct Browser {
    account: Account,
    cookies: CookieJar,
    connection: Connection,
}

impl Browser {
    /// A client without cookies, whose requests go to this address.
    pub(super) fn new(load_balancer: SocketAddr, account: Account) -> Self {
        let connection = Connection::to(load_balancer);
        Self { account, cookies: CookieJar::default(), connection }
    }

    /// Sends one request and keeps the cookies of the reply.
    pub(super) async fn send(&mut self, action: Action) -> Reply {
        let Ok(request) = self.request(action) else { return Reply::default() };
        match self.connection.send(&request).await {
            Ok(reply) => self.keep(&reply),
            Err(_) => Reply::default(),
        }
    }

    /// The cookies with shortened values.
    pub(super) fn shown_cookies(&self) -> Vec<ShownCookie> {
        self.cookies.shown()
    }

    fn request(&self, action: Action) -> anyhow::Result<Request<Full<Bytes>>> {
        let (method, path, body) = match action {
            Action::SignIn => (Method::POST, paths::SESSION, self.sign_in_body()?),
            Action::List => (Method::GET, paths::EMPLOYEES, Bytes::new()),
        };
        let host = &self.account.host;
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, host)
            .header(USER_AGENT, "Watertight demonstration")
            .header(ACCEPT, "application/json");
        if action == Action::SignIn {
            request = request.header(CONTENT_TYPE, "application/json");
            request = request.header(ORIGIN, format!("http://{host}"));
        }
        if let Some(cookies) = self.cookies.header() {
            request = request.header(COOKIE, cookies);
        }
        Ok(request.body(Full::new(body))?)
    }

    fn sign_in_body(&self) -> serde_json::Result<Bytes> {
        let Account { email, password, .. } = &self.account;
        let new =
            NewSession { email: email.clone(), password: password.clone(), remember_me: false };
        serde_json::to_vec(&new).map(Bytes::from)
    }

    fn keep(&mut self, reply: &Response<()>) -> Reply {
        let mut cookies_changed = false;
        for header in reply.headers().get_all(SET_COOKIE) {
            cookies_changed |= header.to_str().is_ok_and(|header| self.cookies.apply(header));
        }
        let node = node_of(reply.headers());
        Reply { status: Some(reply.status().as_u16()), node, cookies_changed }
    }
}

/// The node that answered. The load balancer's own replies may name the node that it tried last, but only nodes send a request id.
fn node_of(headers: &HeaderMap) -> Option<String> {
    headers.get(REQUEST_ID_HEADER)?;
    headers.get(NODE_HEADER)?.to_str().ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    #[test]
    fn a_reply_of_the_load_balancer_itself_is_of_no_node() {
        let mut headers = HeaderMap::new();
        headers.insert(NODE_HEADER, HeaderValue::from_static("a"));
        assert_eq!(node_of(&headers), None);
        headers.insert(REQUEST_ID_HEADER, HeaderValue::from_static("1"));
        assert_eq!(node_of(&headers).as_deref(), Some("a"));
    }
}
