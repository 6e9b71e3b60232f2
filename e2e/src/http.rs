//! A plain HTTP client: no cookie jar, no redirects, no decompression, no proxy.

use std::{sync::LazyLock, time::Duration};

use reqwest::{Client, redirect::Policy};

/// Shorter than the server's own keep-alive timeout of five seconds. Otherwise a request could use a connection that the server is closing.
const IDLE: Duration = Duration::from_secs(2);

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let builder = Client::builder().no_proxy().no_gzip().no_brotli();
    builder.redirect(Policy::none()).pool_idle_timeout(IDLE).build().expect("a client")
});

/// The client of this process. Send its requests on the harness's runtime, which owns its connections.
pub(crate) fn client() -> &'static Client {
    &CLIENT
}
