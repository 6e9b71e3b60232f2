//! An HTTP client without opinions: no cookie jar, no redirects, no decompression, no proxy, no lookups.

use std::{sync::LazyLock, time::Duration};

use reqwest::{Client, redirect::Policy};

/// Shorter than the server's own patience (five seconds), or a request could be sent on a connection that is just being closed.
const IDLE: Duration = Duration::from_secs(2);

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let builder = Client::builder().no_proxy().no_gzip().no_brotli();
    builder.redirect(Policy::none()).pool_idle_timeout(IDLE).build().expect("a client")
});

/// The client of this process. Its requests must be sent on the harness's runtime, where its connections live.
pub(crate) fn client() -> &'static Client {
    &CLIENT
}
