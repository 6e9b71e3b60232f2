//! Fetches the JWKS of an external issuer over HTTP, from the configured address only.

use std::time::Duration;

use reqwest::{Client, StatusCode, redirect::Policy};
use token::{InvalidJwkSet, JwkSet};
use url::Url;

use crate::config::is_this_machine;

/// The timeout of a whole request.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The longest JWKS that is read, in bytes; `token` accepts no longer one.
const LONGEST: usize = 128 * 1024;

/// The address of an issuer's JWKS, with a client for it.
pub(super) struct Source {
    client: Client,
    url: Url,
}

/// Why the keys could not be fetched.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    /// The request failed, for example because the issuer did not answer in time.
    #[error("the request for the issuer's keys failed")]
    Silent(#[from] reqwest::Error),
    /// The status is not 200. A redirect is not followed, because it would lead to an address that is not configured.
    #[error("the issuer answered with status {0} instead of 200")]
    Status(StatusCode),
    /// The response is longer than [`LONGEST`].
    #[error("the response is longer than {LONGEST} bytes")]
    TooLong,
    /// The response is not a JWKS that can be trusted.
    #[error("the JWKS is refused")]
    Rejected(#[from] InvalidJwkSet),
}

impl Source {
    /// Creates a source for an address that was checked when the configuration was read.
    pub(super) fn new(url: Url) -> Result<Self, reqwest::Error> {
        let client =
            Client::builder().redirect(Policy::none()).timeout(TIMEOUT).user_agent("watertight");
        // A proxy cannot reach `localhost` on this machine.
        let client =
            if is_this_machine(&url) { client.no_proxy() } else { client.https_only(true) };
        Ok(Self { client: client.build()?, url })
    }

    /// Fetches the current keys.
    pub(super) async fn read(&self) -> Result<JwkSet, FetchError> {
        let mut reply = self.client.get(self.url.clone()).send().await?;
        if reply.status() != StatusCode::OK {
            return Err(FetchError::Status(reply.status()));
        }
        let mut body = Vec::new();
        while let Some(part) = reply.chunk().await? {
            if body.len() + part.len() > LONGEST {
                return Err(FetchError::TooLong);
            }
            body.extend_from_slice(&part);
        }
        Ok(JwkSet::parse_external(&body)?)
    }
}
