//! The API client, the only code that calls `fetch`. It keeps the bodies of replies in memory only, until the session ends.

mod answer;
mod failure;
mod host_state;
mod json;
mod memory;

use std::sync::Arc;

use api_types::{Code, NewSession, SessionView, paths};
use domain::Version;
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, BroadcastChannel, Headers, RequestCache, RequestCredentials, RequestInit, Response,
};

pub(crate) use answer::Answer;
pub(crate) use failure::Failure;
pub(crate) use host_state::HostState;
use memory::Memory;

use crate::session;

/// The timeout of a request, in milliseconds. A request that takes longer fails with [`Failure::Unreachable`].
const TIMEOUT_MS: f64 = 20_000.0;

/// How often a tab tells the others that the session is used, in milliseconds.
const TELL_OTHERS_MS: f64 = 30_000.0;

/// The API client. Replies are `no-store` with an ETag, so the client keeps the bodies itself and revalidates them. A handle: copies share one memory.
#[derive(Clone, Copy)]
pub(crate) struct Client {
    memory: StoredValue<Memory>,
    /// The state of the host, as far as replies have told.
    pub(crate) host_state: RwSignal<HostState>,
    /// When the server last accepted a request with the session, in milliseconds since 1970: its idle time began then.
    pub(crate) last_used: StoredValue<f64>,
    told_others: StoredValue<f64>,
    /// Whether a reply said that the session has ended. The auth guard in `app` sets it back to `false`.
    pub(crate) signed_out: RwSignal<bool>,
}

/// A reply whose body has been read.
struct Reply {
    status: u16,
    etag: Option<String>,
    retry_after: Option<u32>,
    challenge: Option<String>,
    request_id: Option<String>,
    body: Arc<str>,
}

/// A request to send.
#[derive(Clone, Copy, Default)]
struct Ask<'a> {
    method: &'static str,
    path: &'a str,
    etag: Option<&'a str>,
    version: Option<Version>,
    json: Option<&'a str>,
    form: Option<&'a str>,
    shown: Credentials<'a>,
    signal: Option<&'a AbortSignal>,
}

/// The credentials of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Credentials<'a> {
    /// The session cookie, which the browser adds.
    #[default]
    Session,
    /// A bearer token, and no cookie.
    Token(&'a str),
    /// Neither cookie nor token.
    Nothing,
}

impl Client {
    /// A client with an empty memory.
    pub(crate) fn new(host_state: HostState) -> Self {
        Self {
            memory: StoredValue::new(Memory::default()),
            host_state: RwSignal::new(host_state),
            last_used: StoredValue::new(js_sys::Date::now()),
            told_others: StoredValue::new(0.0),
            signed_out: RwSignal::new(false),
        }
    }

    /// Reads the body of `path`. If the remembered body is still current, the server replies 304 without a body.
    pub(crate) async fn get(
        self,
        path: &str,
        signal: Option<&AbortSignal>,
    ) -> Result<Arc<str>, Failure> {
        let kept = self.memory.with_value(|memory| memory.get(path));
        let generation = self.memory.with_value(Memory::generation);
        let etag = kept.as_ref().map(|kept| &*kept.etag);
        let reply = self.send(Ask { method: "GET", path, etag, signal, ..Ask::default() }).await?;
        if let (304, Some(kept)) = (reply.status, kept) {
            return Ok(kept.body);
        }
        if let Some(etag) = reply.etag {
            self.memory.update_value(|memory| memory.keep(generation, path, &etag, &reply.body));
        }
        Ok(reply.body)
    }

    /// The last known body of `path`, without a request. It may be out of date: show it, then call [`Self::get`].
    pub(crate) fn remembered(self, path: &str) -> Option<Arc<str>> {
        self.memory.with_value(|memory| memory.get(path)).map(|kept| kept.body)
    }

    /// Requests the session. The request counts as a use.
    pub(crate) async fn session(self) -> Result<SessionView, Failure> {
        read(&self.get(paths::SESSION, None).await?)
    }

    /// Sends `body` as JSON to `path` and reads the reply. The reply is not remembered.
    pub(crate) async fn post<T: DeserializeOwned>(
        self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        let json = serde_json::to_string(body).map_err(|_| Failure::Unreachable)?;
        let ask = Ask { method: "POST", path, json: Some(&json), ..Ask::default() };
        read(&self.send(ask).await?.body)
    }

    /// Replaces the resource at `path` by `body` and reads the reply. The reply is not remembered. `version` is the one that was read, if the resource has one.
    pub(crate) async fn put<T: DeserializeOwned>(
        self,
        path: &str,
        version: Option<Version>,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        let json = serde_json::to_string(body).map_err(|_| Failure::Unreachable)?;
        let ask = Ask { method: "PUT", path, version, json: Some(&json), ..Ask::default() };
        read(&self.send(ask).await?.body)
    }

    /// Deletes the resource at `path`.
    pub(crate) async fn delete(self, path: &str) -> Result<(), Failure> {
        self.send(Ask { method: "DELETE", path, ..Ask::default() }).await.map(drop)
    }

    /// Deletes the resource at `path` if it still has the version that was read.
    pub(crate) async fn delete_version(
        self,
        path: &str,
        version: Option<Version>,
    ) -> Result<(), Failure> {
        self.send(Ask { method: "DELETE", path, version, ..Ask::default() }).await.map(drop)
    }

    /// Signs in at the company that the host names. Drops all remembered bodies first.
    pub(crate) async fn sign_in(self, account: &NewSession) -> Result<SessionView, Failure> {
        self.forget();
        self.post(paths::SESSION, account).await
    }

    /// Signs in without a password if the device stays signed in; `None` if it does not.
    pub(crate) async fn resume(self) -> Result<Option<SessionView>, Failure> {
        let path = paths::REMEMBERED_SESSION;
        let reply = self.send(Ask { method: "POST", path, ..Ask::default() }).await?;
        if reply.status == 204 {
            return Ok(None);
        }
        self.forget();
        read(&reply.body).map(Some)
    }

    /// Sends a bearer token to `path`, without the cookie. A refusal is returned as an [`Answer`], not as an error.
    pub(crate) async fn get_with_token(self, token: &str, path: &str) -> Result<Answer, Failure> {
        let shown = Credentials::Token(token);
        answer(Ask { method: "GET", path, shown, ..Ask::default() }).await
    }

    /// Reads a public resource, without credentials.
    pub(crate) async fn get_public(self, path: &str) -> Result<Answer, Failure> {
        answer(Ask { method: "GET", path, shown: Credentials::Nothing, ..Ask::default() }).await
    }

    /// Sends a form without credentials, as an application without a session does.
    pub(crate) async fn post_form(
        self,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Result<Answer, Failure> {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let (form, shown) = (Some(&*form), Credentials::Nothing);
        answer(Ask { method: "POST", path, form, shown, ..Ask::default() }).await
    }

    /// Ends the session on the server and drops all remembered bodies. If the session had ended before, the device is forgotten all the same: otherwise it would
    /// sign its user in again.
    pub(crate) async fn sign_out(self) -> Result<(), Failure> {
        match self.delete(paths::SESSION).await {
            Err(failure) if failure.code() == Some(Code::NotSignedIn) => {
                self.delete(paths::REMEMBERED_SESSION).await?;
            }
            ended => ended?,
        }
        self.forget();
        Ok(())
    }

    /// Drops all remembered bodies. Replies that are still on their way will not be kept either.
    pub(crate) fn forget(self) {
        self.memory.update_value(Memory::clear);
    }

    /// Notes that the session was used now, and tells the other tabs of the company, at most every half minute.
    fn note_use(self) {
        let now = js_sys::Date::now();
        let told = self.told_others.get_value();
        if now - told > TELL_OTHERS_MS || now < told {
            self.told_others.set_value(now);
            if let Ok(channel) = BroadcastChannel::new(session::ACTIVITY) {
                // A tab that is not told warns too early.
                let _ = channel.post_message(&JsValue::TRUE);
                channel.close();
            }
        }
        self.last_used.set_value(now);
    }

    /// Sends one request. A refusal that concerns the whole page, such as an ended session, also updates `signed_out` or `host_state`.
    async fn send(self, ask: Ask<'_>) -> Result<Reply, Failure> {
        let reply = match exchange(ask).await {
            Ok(reply) => reply,
            Err(_) if ask.signal.is_some_and(AbortSignal::aborted) => {
                return Err(Failure::Cancelled);
            }
            Err(_) => return Err(Failure::Unreachable),
        };
        if reply.status < 400 {
            self.note_use();
            return Ok(reply);
        }
        let failure = reply.failure();
        if failure.code() == Some(Code::NotSignedIn) {
            self.signed_out.set(true);
        }
        if let Some(host_state) = failure.code().and_then(HostState::after) {
            self.host_state.set(host_state);
        }
        Err(failure)
    }
}

impl Reply {
    fn failure(&self) -> Failure {
        match read(&self.body) {
            Ok(problem) => {
                Failure::Refused { problem: Box::new(problem), retry_after: self.retry_after }
            }
            Err(_) => {
                Failure::Unreadable { status: self.status, request_id: self.request_id.clone() }
            }
        }
    }
}

/// Parses a JSON body. Returns [`Failure::Unreadable`] if it does not have the expected form.
pub(crate) fn read<T: DeserializeOwned>(body: &str) -> Result<T, Failure> {
    json::read(body).map_err(|_| Failure::Unreadable { status: 200, request_id: None })
}

/// Sends one request and returns every reply as an [`Answer`], refusals included. The only error is [`Failure::Unreachable`].
async fn answer(ask: Ask<'_>) -> Result<Answer, Failure> {
    let reply = exchange(ask).await.map_err(|_| Failure::Unreachable)?;
    let Reply { status, challenge, request_id, body, .. } = reply;
    Ok(Answer { status, challenge, request_id, body })
}

/// The only call of `fetch`. It bypasses the browser's HTTP cache, because that would outlive the session.
async fn exchange(ask: Ask<'_>) -> Result<Reply, JsValue> {
    let headers = Headers::new()?;
    headers.set("Accept", "application/json")?;
    if let Some(etag) = ask.etag {
        headers.set("If-None-Match", etag)?;
    }
    if let Some(version) = ask.version {
        headers.set("If-Match", &format!("\"{version}\""))?;
    }
    let init = RequestInit::new();
    init.set_method(ask.method);
    init.set_cache(RequestCache::NoStore);
    init.set_credentials(match ask.shown {
        Credentials::Session => RequestCredentials::SameOrigin,
        Credentials::Token(_) | Credentials::Nothing => RequestCredentials::Omit,
    });
    if let Credentials::Token(token) = ask.shown {
        headers.set("Authorization", &format!("Bearer {token}"))?;
    }
    let json = ask.json.map(|json| ("application/json", json));
    let form = ask.form.map(|form| ("application/x-www-form-urlencoded", form));
    if let Some((media_type, body)) = json.or(form) {
        headers.set("Content-Type", media_type)?;
        init.set_body(&JsValue::from_str(body));
    }
    init.set_headers(&headers);
    let timeout = AbortSignal::timeout_with_f64(TIMEOUT_MS);
    let signals: js_sys::Array = ask.signal.into_iter().chain([&timeout]).collect();
    init.set_signal(Some(&AbortSignal::any(&signals)));

    let response: Response =
        JsFuture::from(window().fetch_with_str_and_init(ask.path, &init)).await?.dyn_into()?;
    let body = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    let header = |name| response.headers().get(name).ok().flatten();
    Ok(Reply {
        status: response.status(),
        etag: header("ETag"),
        retry_after: header("Retry-After").and_then(|seconds| seconds.parse().ok()),
        challenge: header("WWW-Authenticate"),
        request_id: header("X-Request-Id"),
        body: body.into(),
    })
}
