//! A reply, which is checked for other companies' data when it is read.

use std::{io::Read, panic::Location};

use api_types::{Code, Problem, cookies};
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use crate::{
    Canary, SetCookie, affinity_cookie::is_affinity_cookie, load_balancer::NODE_HEADER, secrets,
};

/// A reply with its body decoded. It sets only cookies of the table in `api_types::cookies` (row C7), and the load balancer's own if it came from there. They are
/// registered as secrets. The reply contains no canary of another company.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The response headers.
    pub headers: HeaderMap,
    /// The body after content decoding.
    pub body: Vec<u8>,
    /// The length of the body as it was sent, in bytes.
    pub sent_bytes: usize,
    caller: &'static Location<'static>,
    asked: String,
}

impl Reply {
    /// The name of the session cookie.
    pub const SESSION_COOKIE: &str = "__Host-session";

    /// The name of the cookie that identifies a known device.
    pub const DEVICE_COOKIE: &str = "__Host-device";

    pub(crate) fn read(
        caller: &'static Location<'static>,
        asked: String,
        status: u16,
        headers: HeaderMap,
        sent: &[u8],
        own: Option<&Canary>,
    ) -> Self {
        let encoding = headers
            .get("content-encoding")
            .map_or("identity", |value| value.to_str().unwrap_or("?"));
        let body = decoded(encoding, sent)
            .unwrap_or_else(|error| panic!("{caller}: {asked}: not {encoding}: {error}"));
        let reply = Self { status, headers, body, sent_bytes: sent.len(), caller, asked };
        for header in reply.headers.get_all("set-cookie") {
            let via_load_balancer = reply.headers.contains_key(NODE_HEADER);
            let declared = header.to_str().is_ok_and(|header| {
                cookies::is_declared(header) || (via_load_balancer && is_affinity_cookie(header))
            });
            assert!(
                declared,
                "{caller}: {}: {header:?} is in no row of the cookie table",
                reply.asked
            );
        }
        for cookie in reply.set_cookies().iter().filter(|cookie| !cookie.value.is_empty()) {
            secrets::remember(&cookie.value);
        }
        if let Some(own) = own {
            let everything = format!("{:?}\n{}", reply.headers, reply.text());
            let foreign: Vec<Canary> =
                Canary::all_in(&everything).into_iter().filter(|canary| canary != own).collect();
            assert!(
                foreign.is_empty(),
                "{caller}: {}: {foreign:?} of another company in\n{everything}",
                reply.asked
            );
        }
        reply
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body decoded from JSON.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| self.fail(&format!("unexpected JSON: {error}")))
    }

    /// The value of a header. The test fails if the header appears twice.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next()?;
        assert!(values.next().is_none(), "{}: {}: `{name}` twice", self.caller, self.asked);
        Some(value.to_str().unwrap_or_else(|_| self.fail(&format!("`{name}` is not text"))))
    }

    /// The name of the node that answered, as the load balancer calls it. The test fails if the reply did not come from the load balancer.
    pub fn node(&self) -> &str {
        self.header(NODE_HEADER).unwrap_or_else(|| self.fail("no node is named"))
    }

    /// The value of `ETag`. The test fails if there is none.
    pub fn etag(&self) -> String {
        self.header("etag").unwrap_or_else(|| self.fail("no `ETag`")).to_owned()
    }

    /// Checks that the reply is a problem document with this code, in the form of RFC 9457 and of this product's own rules, and returns it.
    pub fn problem(&self, code: Code) -> Problem {
        let kind = self.header("content-type").unwrap_or_default();
        assert!(
            kind.starts_with("application/problem+json"),
            "{}: {}: `{kind}` is not problem+json\n{}",
            self.caller,
            self.asked,
            self.text()
        );
        let problem: Problem = self.json();
        assert_eq!(problem.code, code, "{}: {}: {problem:?}", self.caller, self.asked);
        assert_eq!(problem.status, self.status, "{}: the status is repeated", self.caller);
        assert_eq!(
            self.header("x-request-id"),
            Some(problem.request_id.as_str()),
            "{}: the request id is the header's",
            self.caller
        );
        assert!(
            problem.kind.ends_with(code.as_str()),
            "{}: the type names the code: {problem:?}",
            self.caller
        );
        for text in [&problem.title, &problem.detail, &problem.request_id] {
            assert!(
                !text.trim().is_empty(),
                "{}: every part says something: {problem:?}",
                self.caller
            );
        }
        problem
    }

    /// All cookies that the reply sets.
    pub fn set_cookies(&self) -> Vec<SetCookie> {
        let lines = self.headers.get_all("set-cookie").iter();
        lines
            .map(|line| {
                SetCookie::parse(
                    line.to_str().unwrap_or_else(|_| self.fail("a cookie is not text")),
                )
            })
            .collect()
    }

    /// The session cookie that the reply sets. The test fails if there is not exactly one.
    pub fn session_cookie(&self) -> SetCookie {
        self.only_cookie(Self::SESSION_COOKIE)
    }

    /// The device cookie that the reply sets. The test fails if there is not exactly one.
    pub fn device_cookie(&self) -> SetCookie {
        self.only_cookie(Self::DEVICE_COOKIE)
    }

    fn only_cookie(&self, name: &str) -> SetCookie {
        let named = self.set_cookies().into_iter().filter(|cookie| cookie.name == name);
        match <[SetCookie; 1]>::try_from(named.collect::<Vec<_>>()) {
            Ok([cookie]) => cookie,
            Err(_) => self.fail(&format!("expected exactly one cookie `{name}`")),
        }
    }

    fn fail(&self, why: &str) -> ! {
        panic!(
            "{}: {}: {why}\n{} {:?}\n{}",
            self.caller,
            self.asked,
            self.status,
            self.headers,
            self.text()
        )
    }
}

fn decoded(encoding: &str, sent: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    match encoding {
        // A reply to HEAD names an encoding but has no body.
        _ if sent.is_empty() => 0,
        "br" => brotli::Decompressor::new(sent, 4096).read_to_end(&mut body)?,
        "gzip" => flate2::read::GzDecoder::new(sent).read_to_end(&mut body)?,
        "identity" => std::io::copy(&mut &*sent, &mut body).map(|_| 0)?,
        _ => return Err(std::io::Error::other("the client did not ask for this content encoding")),
    };
    Ok(body)
}
