//! The client's address: the peer's, or the one that a trusted proxy names.

use domain::Role;
use e2e::{Company, Request, Server, Stack};

use super::{config, guess};

const LIMIT: (&str, &str) = ("WATERTIGHT_LIMIT_ACCOUNT_ADDRESS", "3/600");

fn forwarded(company: &Company, server: &Server, chain: &str) -> Request {
    guess(company, server, &company.email_of(Role::Employee), "wrong")
        .header("x-forwarded-for", chain)
}

/// G2: a client that is not a trusted proxy cannot choose its address.
#[tokio::test]
async fn the_header_of_an_untrusted_peer_is_ignored() {
    let stack = Stack::get().await;
    let config = config(stack, &[LIMIT]);
    let (acme, node) = tokio::join!(Company::fresh(stack), config.start());
    for number in 0..3 {
        forwarded(&acme, &node, &format!("198.51.100.{number}")).expect(401).await;
    }
    forwarded(&acme, &node, "198.51.100.9").expect(429).await;
}

/// G2: behind a trusted proxy the client's address is the one that the proxy appended, whatever the client wrote before it.
#[tokio::test]
async fn the_address_that_a_trusted_proxy_names_is_the_client_s() {
    let stack = Stack::get().await;
    let settings = [LIMIT, ("WATERTIGHT_TRUSTED_PROXIES", "127.0.0.0/8, 10.0.0.0/8")];
    let config = config(stack, &settings);
    let (acme, node) = tokio::join!(Company::fresh(stack), config.start());
    for number in 0..3 {
        forwarded(&acme, &node, &format!("203.0.113.{number}, 198.51.100.1, 10.0.0.1"))
            .expect(401)
            .await;
    }
    forwarded(&acme, &node, "203.0.113.9, 198.51.100.1").expect(429).await;
    forwarded(&acme, &node, "198.51.100.2").expect(401).await;
}
