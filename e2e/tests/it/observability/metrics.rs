//! O4: the metrics, whose labels clients cannot invent.

use std::time::{Duration, Instant};

use api_types::paths;
use domain::Role;
use e2e::{Actor, Company, Metrics, Redis, Server, Stack, until};
use reqwest::Method;

/// A separate node, so that it counts only the requests of this test.
async fn node(stack: &Stack) -> Server {
    stack.server_config().start().await
}

fn requests(metrics: &Metrics, route: &str, method: &str, status: &str) -> u64 {
    let labels = [("method", method), ("route", route), ("status", status)];
    metrics.sum("watertight_requests_total", &labels)
}

/// O4: every request is counted once and timed once, by method, route template and status.
#[tokio::test]
async fn requests_are_counted_by_route_and_never_by_path() {
    let stack = Stack::get().await;
    let (acme, server) = (Company::fresh(stack).await, node(stack).await);
    let admin = acme.actor_on(&server, Role::HrAdmin).await;
    let of_one = paths::employee(acme.roster.hr_admin());
    for _ in 0..3 {
        admin.get(paths::EMPLOYEES).expect(200).await;
    }
    admin.get(&format!("{}?q={}", paths::EMPLOYEES, acme.canary)).expect(200).await;
    admin.get(&of_one).expect(200).await;
    admin.get("/api/v1/employees/nobody").expect(404).await;
    admin.clone().signed_out().get(paths::EMPLOYEES).expect(401).await;

    let metrics = server.metrics().await;
    assert_eq!(requests(&metrics, paths::EMPLOYEES, "GET", "200"), 4, "{}", metrics.text);
    assert_eq!(requests(&metrics, paths::EMPLOYEES, "GET", "401"), 1);
    assert_eq!(requests(&metrics, "/api/v1/employees/{id}", "GET", "200"), 1);
    assert_eq!(requests(&metrics, "/api/v1/employees/{id}", "GET", "404"), 1);
    assert_eq!(requests(&metrics, paths::SESSION, "POST", "201"), 1);
    let timed = metrics.sum("watertight_request_seconds_count", &[("route", paths::EMPLOYEES)]);
    assert_eq!(timed, 5, "one for each answered request");
    assert_eq!(metrics.sum("watertight_requests_in_flight", &[]), 0);
    let one = acme.roster.hr_admin().to_string();
    assert!(!metrics.text.contains(&one), "an employee's id is in a label");
}

/// O4: invented paths, methods and hosts do not add a series.
#[tokio::test]
async fn a_client_cannot_add_series() {
    let stack = Stack::get().await;
    let server = node(stack).await;
    let visitor = Actor::at(&server, "");
    let made_up = async |number: usize| {
        visitor.get(&format!("/made/up/{number}")).send().await;
        visitor.get(&format!("/api/v1/{number}")).send().await;
        visitor.get(&format!("/healthz/{number}?x={number}")).send().await;
        let method = Method::from_bytes(format!("MADEUP{number}").as_bytes()).unwrap();
        visitor.request(method, &format!("/api/v1/employees/{number}")).send().await;
        Actor::at(&server, &format!("made-up-{number}")).get(paths::EMPLOYEES).send().await;
    };
    made_up(0).await;
    let before = server.metrics().await;
    for number in 1..40 {
        made_up(number).await;
    }
    let after = server.metrics().await;
    let lines = |metrics: &Metrics| metrics.text.lines().count();
    assert_eq!(lines(&after), lines(&before), "{}", after.text);
    assert!(requests(&after, "other", "GET", "404") >= 80, "{}", after.text);
    assert!(!after.text.contains("made") && !after.text.contains("MADEUP"), "{}", after.text);
}

/// O4: every metric has `HELP` and `TYPE`, and there are metrics for the pools, the hashing threads and the process.
#[tokio::test]
async fn every_metric_has_help_and_type() {
    let stack = Stack::get().await;
    let (acme, server) = (Company::fresh(stack).await, node(stack).await);
    acme.actor_on(&server, Role::HrAdmin).await.get(paths::EMPLOYEES).expect(200).await;
    let metrics = server.metrics().await;
    for line in metrics.text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap();
        let family = ["_bucket", "_sum", "_count"]
            .iter()
            .fold(name, |name, end| name.strip_suffix(end).unwrap_or(name));
        for comment in ["HELP", "TYPE"] {
            let says = format!("# {comment} {family} ");
            assert!(metrics.text.contains(&says), "no `{says}` for `{line}`");
        }
    }
    for role in ["app", "platform"] {
        let open = metrics.sum("watertight_database_connections", &[("role", role)]);
        let most = metrics.sum("watertight_database_connections_limit", &[("role", role)]);
        assert!((1..=most).contains(&open), "{role}: {open} of {most}\n{}", metrics.text);
    }
    assert!(metrics.sum("watertight_hashing_threads", &[("state", "limit")]) >= 1);
    assert_eq!(metrics.sum("watertight_hashing_queue", &[]), 0);
    assert_eq!(metrics.sum("watertight_build_info", &[("version", env!("CARGO_PKG_VERSION"))]), 1);
    assert!(metrics.sum("watertight_start_time_seconds", &[]) > 1_700_000_000);
    assert_eq!(metrics.sum("watertight_workers", &[]), 2);
}

/// O4: the public port serves no metrics, also not to a signed-in HR admin.
#[tokio::test]
async fn the_public_port_shows_no_metrics() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    acme.hr_admin().await.get("/metrics").expect(404).await;
    Actor::at(&stack.server, "").get("/metrics").expect(404).await;
    let off = stack.server_config().with("WATERTIGHT_METRICS_LISTEN", "off").start().await;
    assert_eq!(off.metrics_address, None);
}

/// O4, O6: errors of a Redis that does not answer are counted with its role as label.
#[tokio::test]
async fn redis_errors_are_counted() {
    let stack = Stack::get().await;
    let (acme, redis) = (Company::fresh(stack).await, Redis::start().await);
    let server = stack.server_config().with("REDIS_SESSION_URL", &redis.url()).start().await;
    let admin = acme.actor_on(&server, Role::HrAdmin).await;
    let errors = async || {
        server.metrics().await.sum("watertight_redis_errors_total", &[("role", "session")])
    };
    assert_eq!(errors().await, 0);
    redis.pause().await;
    until("an error to be counted", Duration::from_secs(20), async || {
        admin.get(paths::EMPLOYEES).send().await;
        (errors().await > 0).then_some(())
    })
    .await;
    redis.unpause().await;
}

/// G14: the readiness check probes the stores at most once a second, however many clients call it on both ports.
#[tokio::test]
async fn readiness_is_probed_at_most_once_a_second() {
    const CALLERS: usize = 16;
    let stack = Stack::get().await;
    let server = node(stack).await;
    let own_port = Actor::at(&server, "").at_address(server.metrics_address.unwrap());
    let begun = Instant::now();
    let asked = (0..CALLERS).map(async |caller| {
        let actor = if caller % 2 == 0 { own_port.clone() } else { Actor::at(&server, "") };
        for _ in 0..20 {
            actor.get(paths::READY).expect(200).await;
        }
    });
    futures_util::future::join_all(asked).await;
    let probed = server.metrics().await.sum("watertight_readiness_probes_total", &[]);
    // One probe at the beginning, and another each time its result is one second old.
    let most = begun.elapsed().as_secs() + 1;
    assert!((1..=most).contains(&probed), "{probed} probes for {} callers", CALLERS * 20);
}
