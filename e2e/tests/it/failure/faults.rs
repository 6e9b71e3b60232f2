//! O6: each network fault between the server and each of its stores, while 32 clients send requests all the time.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use api_types::{Code, paths};
use domain::{EmployeeId, Role};
use e2e::{Actor, Company, Fault, FaultProxy, Redis, Reply, Stack, until};
use tokio::time::timeout;
use uuid::Uuid;

const CLIENTS: usize = 32;
const FAULTS: [Fault; 5] = [
    Fault::Frozen,
    Fault::Refused,
    Fault::CutInTheMiddle,
    Fault::HalfClosed,
    Fault::Delayed(Duration::from_millis(700)),
];
/// A fault lasts until this many requests were answered under it.
const REQUESTS_PER_FAULT: usize = 200;
/// The deadline for the server to recover once the fault is over. The time it took is printed and not asserted: it depends on the machine.
const RECOVERY_DEADLINE: Duration = Duration::from_secs(30);
/// The deadline for one answer under a fault. A request without an answer by then counts as hanging.
const REPLY_DEADLINE: Duration = Duration::from_secs(30);

/// What the clients saw under one fault: how often each status, and how long each request took.
#[derive(Debug, Default)]
struct Replies {
    statuses: BTreeMap<u16, usize>,
    waits: Vec<Duration>,
}

impl Replies {
    fn add(&mut self, reply: &Reply, waited: Duration) {
        *self.statuses.entry(reply.status).or_default() += 1;
        self.waits.push(waited);
        if reply.status == 503 {
            reply.problem(Code::Unavailable);
            assert!(reply.header("retry-after").is_some());
        }
    }

    fn p99(&mut self) -> Duration {
        self.waits.sort();
        self.waits[self.waits.len() * 99 / 100]
    }

    fn answered(&self) -> usize {
        self.waits.len()
    }
}

/// Sets the fault and lets 32 clients send requests under it. `ask` sends one request.
async fn send_under_fault(
    proxy: &FaultProxy,
    fault: Fault,
    ask: impl AsyncFn() -> Reply,
) -> Replies {
    proxy.set(fault);
    let (over, seen) = (AtomicBool::new(false), tokio::sync::Mutex::new(Replies::default()));
    futures_util::future::join_all((0..CLIENTS).map(async |_| {
        while !over.load(Ordering::Relaxed) {
            let asked = Instant::now();
            let reply = timeout(REPLY_DEADLINE, ask()).await.unwrap();
            let mut seen = seen.lock().await;
            seen.add(&reply, asked.elapsed());
            over.fetch_or(seen.answered() >= REQUESTS_PER_FAULT, Ordering::Relaxed);
        }
    }))
    .await;
    seen.into_inner()
}

/// Ends the fault, waits until a request has the status `right` again, and returns how long that took.
async fn recovery_time(proxy: &FaultProxy, right: u16, ask: impl AsyncFn() -> Reply) -> Duration {
    proxy.set(Fault::None);
    let begun = Instant::now();
    until("the right answer after the fault", RECOVERY_DEADLINE, async || {
        (ask().await.status == right).then_some(())
    })
    .await;
    begun.elapsed()
}

/// O6: while sessions cannot be read, requests are 503 with `Retry-After` and never 401. The server recovers without a restart.
#[tokio::test]
async fn every_fault_of_the_session_store_is_503_and_the_server_recovers() {
    let (stack, redis) = (Stack::get().await, Redis::start().await);
    let (acme, proxy) = (Company::fresh(stack).await, FaultProxy::to(redis.address()).await);
    let url = format!("redis://{}/0", proxy.address);
    let server = stack
        .server_config()
        .with_the_default_redis_timeout()
        .with("REDIS_SESSION_URL", &url)
        .start()
        .await;
    let admin = acme.actor_on(&server, Role::HrAdmin).await;
    let ask = async || admin.get(paths::DEPARTMENTS).send().await;
    for fault in FAULTS {
        let mut seen = send_under_fault(&proxy, fault, ask).await;
        let p99 = seen.p99();
        let back = recovery_time(&proxy, 200, ask).await;
        println!("session Redis {fault:?}: {:?}, p99 {p99:?}, back after {back:?}", seen.statuses);
        assert!(
            seen.statuses.keys().all(|status| matches!(status, 200 | 503)),
            "{fault:?}: {seen:?}"
        );
        assert!(seen.statuses.contains_key(&503), "{fault:?}: {seen:?}");
    }
}

/// O6: while the cache cannot be read, every request is answered correctly from PostgreSQL.
#[tokio::test]
async fn no_fault_of_the_cache_changes_an_answer() {
    let (stack, redis) = (Stack::get().await, Redis::start().await);
    let (acme, proxy) = (Company::fresh(stack).await, FaultProxy::to(redis.address()).await);
    let url = format!("redis://{}/0", proxy.address);
    let server = stack.server_config().with("REDIS_CACHE_URL", &url).start().await;
    let admin = acme.actor_on(&server, Role::HrAdmin).await;
    for fault in FAULTS {
        // Searches are not cached in the process, so each reads from the cache Redis.
        let mut seen = send_under_fault(&proxy, fault, async || {
            admin.get("/api/v1/employees?q=a").send().await
        })
        .await;
        let p99 = seen.p99();
        println!("cache Redis {fault:?}: {:?}, p99 {p99:?}", seen.statuses);
        assert_eq!(seen.statuses.keys().collect::<Vec<_>>(), [&200], "{fault:?}: {seen:?}");
        proxy.set(Fault::None);
    }
}

/// O6: while PostgreSQL cannot be read, requests are 503 with `Retry-After`. The server recovers without a restart, and no transaction stays open.
#[tokio::test]
async fn every_fault_of_postgresql_is_503_and_the_server_recovers() {
    let own = Stack::of_its_own().await;
    let (acme, proxy) = (Company::fresh(own).await, FaultProxy::to(own.postgres.address()).await);
    let url = format!("postgres://{}/watertight", proxy.address);
    let server = own.server_config().with("WATERTIGHT_DATABASE_URL", &url).start().await;
    let admin = acme.actor_on(&server, Role::HrAdmin).await;
    // No employee has this id, and a missing employee is not cached, so every request reads from PostgreSQL.
    let ask = async || {
        let unknown_id = EmployeeId::from_uuid(Uuid::new_v4());
        admin.get(&paths::employee(unknown_id)).send().await
    };
    for fault in FAULTS {
        let mut seen = send_under_fault(&proxy, fault, ask).await;
        let p99 = seen.p99();
        let back = recovery_time(&proxy, 404, ask).await;
        println!("PostgreSQL {fault:?}: {:?}, p99 {p99:?}, back after {back:?}", seen.statuses);
        assert!(
            seen.statuses.keys().all(|status| matches!(status, 404 | 503)),
            "{fault:?}: {seen:?}"
        );
    }
    no_transaction_is_open(own).await;
}

/// O6: while PostgreSQL accepts no more connections, requests are 503. The server recovers without a restart.
#[tokio::test]
async fn a_postgresql_without_free_connections_is_503_and_the_server_recovers() {
    let own = Stack::of_its_own().await;
    let acme = Company::fresh(own).await;
    let admin = acme.hr_admin().await;
    own.postgres.db_as_superuser("alter role watertight_app connection limit 0").await;
    own.postgres
        .db_as_superuser("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'watertight_app'")
        .await;
    let ask = async || {
        let unknown_id = EmployeeId::from_uuid(Uuid::new_v4());
        admin.get(&paths::employee(unknown_id)).send().await
    };
    let refused = ask().await;
    assert_eq!(refused.status, 503, "{}", refused.text());
    refused.problem(Code::Unavailable);
    own.postgres.db_as_superuser("alter role watertight_app connection limit -1").await;
    until("a connection", RECOVERY_DEADLINE, async || (ask().await.status == 404).then_some(()))
        .await;
}

/// Waits until no connection of the product is idle in a transaction.
pub(super) async fn no_transaction_is_open(own: &Stack) {
    let none = "not exists (select from pg_stat_activity where usename like 'watertight%' and state like 'idle in transaction%')";
    until("no transaction to be open", RECOVERY_DEADLINE, async || {
        own.postgres.db_holds(none).await.then_some(())
    })
    .await;
}

/// The head of a GET request with the actor's session cookie, without the empty line that ends a head.
pub(super) fn request_head(actor: &Actor, path: &str) -> String {
    let cookie = actor.session.as_deref().unwrap_or_default();
    format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}={cookie}\r\n",
        actor.host(),
        Reply::SESSION_COOKIE
    )
}
