//! G9: `ForgotPassword` does the same work for a username with an account and for one without.

use std::{collections::BTreeMap, time::Duration};

use domain::Role;
use e2e::{Company, Stack, until};
use futures_util::future::join_all;
use serde_json::json;

use super::receiver::Receiver;

/// How often each operation of the store ran for a burst of requests for this username, on a separate node.
async fn store_operations(
    acme: &Company,
    client_id: &str,
    username: &str,
) -> BTreeMap<String, usize> {
    let (stack, receiver) = (Stack::get().await, Receiver::start());
    let config = stack.server_config().with("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver.url());
    let config =
        config.with("OTEL_BSP_SCHEDULE_DELAY", "50").with("WATERTIGHT_LIMIT_RESET", "100/600");
    let node = config.with("WATERTIGHT_REDIS_TIMEOUT_MS", "5000").start().await;
    let client = acme.cognito().on(&node);
    let body = json!({ "ClientId": client_id, "Username": username });
    let burst = (0..20).map(|_| client.ask("ForgotPassword", &body).expect(200));
    join_all(burst).await;
    let spans = || {
        let mut counted: BTreeMap<String, usize> = BTreeMap::new();
        let verbs = ["store.credential.", "store.person.", "store.reset_code.", "store.mail."];
        let named = receiver.spans().into_iter().map(|span| span.name);
        for name in named.filter(|name| verbs.iter().any(|verb| name.starts_with(verb))) {
            *counted.entry(name).or_default() += 1;
        }
        counted
    };
    until("the end of the background task", Duration::from_secs(20), async || {
        spans().contains_key("store.reset_code.mail").then_some(())
    })
    .await;
    node.terminate().await;
    spans()
}

/// G9: a burst of requests for a code costs the same whether the username has an account or not: one look-up and one transaction for all requests.
#[tokio::test]
async fn a_burst_of_code_requests_costs_the_same_for_an_unknown_username() {
    let acme = Company::fresh(Stack::get().await).await;
    let app = acme.application("--flow USER_PASSWORD_AUTH").await;
    let known = store_operations(&acme, app.id.as_str(), &acme.email_of(Role::Employee)).await;
    let stranger = store_operations(&acme, app.id.as_str(), "nobody@acme.example").await;
    assert_eq!(known, stranger);
    let once = BTreeMap::from([
        ("store.credential.find".to_owned(), 1),
        ("store.reset_code.mail".to_owned(), 1),
    ]);
    assert_eq!(known, once);
    assert_eq!(acme.db_outbox().await.len(), 1);
}
