//! An HTTP client without opinions: no cookie jar, no redirects, no decompression, no proxy, no lookups.

use std::sync::LazyLock;

use reqwest::{Client, redirect::Policy};

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    Client::builder()
        .no_proxy()
        .no_gzip()
        .no_brotli()
        .redirect(Policy::none())
        .build()
        .expect("a client")
});

/// The client of this process. Its requests must be sent on the harness's runtime, where its connections live.
pub(crate) fn client() -> &'static Client {
    &CLIENT
}
