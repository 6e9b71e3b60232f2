//! One HTTP request, sent exactly as the test describes it.

use std::{
    panic::Location,
    time::{Duration, Instant},
};

use reqwest::{
    Method,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde::Serialize;

use crate::{Actor, Reply, http, runtime::on_harness};

/// The time for which a patient request is retried.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A request of an actor. [`Request::expect`] or [`Request::send`] sends it when it is awaited.
#[must_use]
pub struct Request {
    actor: Actor,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
    /// Whether to retry after 429 and 503. `None`: only if another status is expected.
    with_retry: Option<bool>,
}

impl Request {
    pub(crate) fn new(actor: Actor, method: Method, path: &str) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert("host", actor.host.parse().expect("a header value"));
        if let Some(session) = &actor.session {
            let cookie = format!("{}={session}", Reply::SESSION_COOKIE);
            headers.insert("cookie", cookie.parse().expect("a header value"));
        }
        Self { actor, method, path: path.to_owned(), headers, body: None, with_retry: None }
    }

    /// Adds a header; headers with the same name are kept.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header name");
        self.headers
            .append(name, HeaderValue::from_bytes(value.as_bytes()).expect("a header value"));
        self
    }

    /// Sets the `Cookie` header and replaces an earlier one.
    pub fn cookie(mut self, value: &str) -> Self {
        self.headers.insert("cookie", value.parse().expect("a header value"));
        self
    }

    /// Sets the body of the request.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Sets a JSON body and its content type.
    pub fn json(self, body: &impl Serialize) -> Self {
        self.header("content-type", "application/json")
            .body(serde_json::to_vec(body).expect("JSON"))
    }

    /// Sets `Accept-Encoding` to these encodings.
    pub fn accepting(self, encodings: &str) -> Self {
        self.header("accept-encoding", encodings)
    }

    /// Retries while the server is overloaded (429 or 503), because other tests run at the same time.
    pub fn with_retry(mut self) -> Self {
        self.with_retry = Some(true);
        self
    }

    /// Accepts 429 and 503 as the reply.
    pub fn without_retry(mut self) -> Self {
        self.with_retry = Some(false);
        self
    }

    /// Sends the request and checks the status. Replies with 429 and 503 are retried, unless one of them is expected or [`Self::without_retry`] was called: the
    /// tests share two cores, so a store may time out for reasons that have nothing to do with the test.
    ///
    /// # Panics
    /// With the caller's line, if the status is another.
    #[track_caller]
    pub fn expect(mut self, status: u16) -> impl Future<Output = Reply> {
        self.with_retry.get_or_insert(!matches!(status, 429 | 503));
        let (caller, asked) = (Location::caller(), self.what());
        async move {
            let reply = self.send().await;
            assert!(
                reply.status == status,
                "{caller}: {asked}: {} instead of {status}\n{}",
                reply.status,
                reply.text()
            );
            reply
        }
    }

    /// Sends the request and returns the reply. Whatever the status, a canary of another company in the reply fails the test.
    #[track_caller]
    pub fn send(self) -> impl Future<Output = Reply> {
        let caller = Location::caller();
        async move {
            let begun = Instant::now();
            loop {
                let reply = self.once(caller).await;
                let again = self.with_retry == Some(true)
                    && matches!(reply.status, 429 | 503)
                    && begun.elapsed() < TIMEOUT;
                if !again {
                    return reply;
                }
                crate::deadline::pause_before_retry().await;
            }
        }
    }

    /// Sends the request once. Returns `None` if the connection ends without a reply, which a client must expect when a node is killed.
    #[track_caller]
    pub fn try_send(self) -> impl Future<Output = Option<Reply>> {
        let caller = Location::caller();
        async move { self.attempt(caller).await.ok() }
    }

    async fn once(&self, caller: &'static Location<'static>) -> Reply {
        let reply = self.attempt(caller).await;
        reply.unwrap_or_else(|error| panic!("{caller}: {}: no reply: {error:?}", self.what()))
    }

    /// The method, path and host.
    fn what(&self) -> String {
        format!("{} {} at {}", self.method, self.path, self.actor.host)
    }

    async fn attempt(&self, caller: &'static Location<'static>) -> reqwest::Result<Reply> {
        let url = format!("http://{}{}", self.actor.address, self.path);
        let mut request =
            http::client().request(self.method.clone(), url).headers(self.headers.clone());
        if let Some(body) = &self.body {
            request = request.body(body.clone());
        }
        let response = on_harness(async move {
            let response = request.send().await?;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            Ok::<_, reqwest::Error>((status, headers, response.bytes().await?))
        });
        let (status, headers, body) = response.await?;
        let canary = self.actor.canary.as_ref();
        Ok(Reply::read(caller, self.what(), status, headers, &body, canary))
    }
}
