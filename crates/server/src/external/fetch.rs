//! Reads a set of keys over HTTP, from an address of the configuration and from no other.

use std::time::Duration;

use reqwest::{Client, StatusCode, redirect::Policy};
use token::{JwkSet, RejectedSet};
use url::Url;

use crate::config::is_this_machine;

/// How long the whole of it may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most that is read, in bytes; `token` reads no more either.
const LONGEST: usize = 128 * 1024;

/// Where an issuer's keys are.
pub(super) struct Source {
    client: Client,
    url: Url,
}

/// Why there are no keys from there.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotRead {
    /// The issuer does not answer, or not in time.
    #[error("the issuer does not answer")]
    Silent(#[from] reqwest::Error),
    /// It answers something else. A redirection is not followed: it would lead to an address that nobody configured.
    #[error("the issuer answers {0}")]
    Status(StatusCode),
    /// What it answers is longer than any set of keys.
    #[error("the answer is longer than {LONGEST} bytes")]
    TooLong,
    /// What it answers is no set of keys that can be trusted.
    #[error("the keys are refused")]
    Rejected(#[from] RejectedSet),
}

impl Source {
    /// An address that was found to be safe when the configuration was read.
    pub(super) fn new(url: Url) -> Result<Self, reqwest::Error> {
        let client =
            Client::builder().redirect(Policy::none()).timeout(PATIENCE).user_agent("watertight");
        // No proxy reaches this machine.
        let client =
            if is_this_machine(&url) { client.no_proxy() } else { client.https_only(true) };
        Ok(Self { client: client.build()?, url })
    }

    /// Reads the keys that are there now.
    pub(super) async fn read(&self) -> Result<JwkSet, NotRead> {
        let mut reply = self.client.get(self.url.clone()).send().await?;
        if reply.status() != StatusCode::OK {
            return Err(NotRead::Status(reply.status()));
        }
        let mut body = Vec::new();
        while let Some(part) = reply.chunk().await? {
            if body.len() + part.len() > LONGEST {
                return Err(NotRead::TooLong);
            }
            body.extend_from_slice(&part);
        }
        Ok(JwkSet::parse_of_others(&body)?)
    }
}
