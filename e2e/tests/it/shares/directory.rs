//! A flood of invented host names, which uses the connections that look up companies.

use api_types::{Code, paths};
use e2e::{Actor, Company, Stack, until};

use super::{DEADLINE, Flood, refused_anywhere, wait_until_share_is_full};

/// The number of requests: more than the lookups that may wait.
const FLOOD: usize = 400;

/// G3, O7: all lookups of unknown names share one share. However many there are, the node can still look up a company that it does not know yet.
#[tokio::test]
async fn a_flood_of_unknown_hosts_leaves_room_to_look_up_a_tenant() {
    let own = Stack::of_its_own().await;
    let betaco = Company::fresh(own).await;
    let server = own.server_config().start().await;
    let hold = own.db_hold_directory().await;
    let unknown = |number| Actor::at(&server, &format!("unknown-{number}")).get(paths::SESSION);
    let flood = Flood::of((0..FLOOD).map(unknown));
    wait_until_share_is_full(&server, "directory", "anonymous").await;

    let known = tokio::spawn(betaco.visitor_on(&server).get(paths::SESSION).without_retry().send());
    // The unknown names use two connections, so this lookup uses a third.
    until("a connection for the company", DEADLINE, async || {
        let metrics = server.metrics().await;
        let busy = [("role", "platform"), ("state", "busy")];
        (metrics.sum("watertight_database_connections", &busy) > 2).then_some(())
    })
    .await;
    hold.release().await;
    known.await.unwrap().problem(Code::NotSignedIn);
    let replies = flood.replies().await;
    for reply in &replies {
        assert!(matches!(reply.status, 404 | 503), "{}", reply.text());
    }
    assert!(replies.iter().any(|reply| reply.status == 503));
    assert_eq!(refused_anywhere(&server, &betaco.tenant.to_string()).await, 0);
}
