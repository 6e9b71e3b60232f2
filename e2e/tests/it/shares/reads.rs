//! A flood of slow reads, which uses the places for units of work and the connections to PostgreSQL.

use api_types::{Code, paths};
use domain::Role;
use e2e::{Company, PASSWORD};

use super::{Flood, count, refused_anywhere, stack, wait_until_share_is_full};

/// The number of requests: more than the units of work that may wait for PostgreSQL.
const FLOOD: usize = 400;
/// The number of connections that the node may open.
const CONNECTIONS: u64 = 10;

/// G3, O7: slow reads at one company beyond its share are refused with 503 and `Retry-After`, and use at most half of the connections. Another company
/// makes uncached reads, searches and signs in without an error.
#[tokio::test]
async fn a_flood_of_slow_reads_at_one_tenant_leaves_connections_to_the_others() {
    let own = stack().await;
    let [acme, betaco] = Company::pair(own).await;
    let connections = CONNECTIONS.to_string();
    let config = own.server_config().with("WATERTIGHT_DATABASE_CONNECTIONS", &connections);
    let server = config.start().await;
    let reader = acme.actor_on(&server, Role::HrAdmin).await;
    let neighbour = betaco.actor_on(&server, Role::HrAdmin).await;
    let hold = own.db_hold(&acme).await;
    // Each search is another body, so each needs its own load.
    let search = |number| format!("{}?q=a{number}", paths::EMPLOYEES);
    let flood = Flood::of((0..FLOOD).map(|number| reader.get(&search(number))));
    wait_until_share_is_full(&server, "database", &acme.tenant.to_string()).await;
    let busy = [("role", "app"), ("state", "busy")];
    let busy = server.metrics().await.sum("watertight_database_connections", &busy);
    assert!(busy <= CONNECTIONS / 2, "{busy} of {CONNECTIONS} connections are busy");

    for number in 0..20 {
        neighbour.get(&search(number)).without_retry().expect(200).await;
    }
    neighbour.get(paths::DEPARTMENTS).without_retry().expect(200).await;
    let visitor = betaco.visitor_on(&server);
    visitor.sign_in(&betaco.email_of(Role::Employee), PASSWORD).without_retry().expect(201).await;

    hold.release().await;
    let replies = flood.replies().await;
    for reply in &replies {
        assert!(matches!(reply.status, 200 | 503), "{}", reply.text());
    }
    for refused in replies.iter().filter(|reply| reply.status == 503) {
        refused.problem(Code::Unavailable);
        assert!(refused.header("retry-after").is_some());
    }
    let [shed, answered] = [503, 200].map(|status| count(&replies, status));
    assert!(shed > 0 && shed + answered == FLOOD, "{shed} refused, {answered} answered");
    assert_eq!(refused_anywhere(&server, &betaco.tenant.to_string()).await, 0);
    reader.get(&search(0)).expect(200).await;
}
