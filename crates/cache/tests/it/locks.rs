//! I6: which locks of the cache must fail together before one tenant sees another's body. Lab builds only.

use std::{convert::Infallible, sync::Arc};

use cache::{Cache, Config, DepartmentList, Encoding, Error, Loaded};
use lab::{Faults, Lock};
use tenancy::TenantContext;
use tokio::sync::{Notify, Semaphore};

use crate::{node::Node, private_redis::PrivateRedis};

const OURS: [Lock; 4] = [Lock::Key, Lock::Compartment, Lock::Seal, Lock::Stamp];
const ACME: u64 = 1;
const BETACO: u64 = 2;

/// The number that a tenant is shown; `None` if the cache refuses to serve it.
async fn served<F>(cache: &Cache, viewer: &TenantContext, load: F) -> Option<u64>
where
    F: Future<Output = u64> + Send + 'static,
{
    let state = cache.state(viewer.tenant()).await.expect("Redis answers");
    let load =
        || async move { Ok::<_, Infallible>(Some(Loaded { value: load.await, rows: vec![] })) };
    match cache.for_tenant(viewer, &state, "request").get_or_load(&DepartmentList, load).await {
        Ok(body) => {
            let body = body.expect("one was loaded");
            let json = body.bytes(Encoding::Identity).expect("always there");
            Some(serde_json::from_slice(json).expect("a number"))
        }
        Err(Error::ForeignBody) => None,
        Err(error) => panic!("{error}"),
    }
}

/// `BetaCo` fills, then Acme reads on the same node.
async fn leaks_in_the_process(cache: &Cache, acme: &TenantContext, betaco: &TenantContext) -> bool {
    served(cache, betaco, async { BETACO }).await;
    served(cache, acme, async { ACME }).await == Some(BETACO)
}

/// `BetaCo` fills, then Acme reads on a node whose L1 is empty.
async fn leaks_from_redis(cache: &Cache, acme: &TenantContext, betaco: &TenantContext) -> bool {
    served(cache, betaco, async { BETACO }).await;
    cache.forget_everything();
    served(cache, acme, async { ACME }).await == Some(BETACO)
}

/// Acme reads while `BetaCo`'s load is in progress.
async fn leaks_in_flight(cache: &Cache, acme: &TenantContext, betaco: &TenantContext) -> bool {
    let (asked, gate) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
    let (notice, closed) = (Arc::clone(&asked), Arc::clone(&gate));
    let filling = served(cache, betaco, async move {
        notice.notify_one();
        closed.acquire().await.expect("the gate stays").forget();
        BETACO
    });
    let reading = async {
        asked.notified().await;
        let reading = served(cache, acme, async { ACME });
        tokio::pin!(reading);
        // Acme's read either finishes or waits for BetaCo's load.
        for _ in 0..2_000 {
            tokio::select! {
                biased;
                answer = &mut reading => {
                    gate.add_permits(1);
                    return answer;
                }
                () = tokio::task::yield_now() => {}
            }
        }
        gate.add_permits(1);
        reading.await
    };
    tokio::join!(filling, reading).1 == Some(BETACO)
}

/// I6: on every path three locks of the cache must fail together. With these three off a body leaks as in the incident: the control.
#[tokio::test]
async fn three_locks_must_fail_before_a_foreign_body_is_served() {
    let redis = PrivateRedis::start().await;
    for bits in 0..16_u8 {
        let off: Vec<Lock> = (0..4).filter(|at| bits & (1 << at) != 0).map(|at| OURS[at]).collect();
        let is_off = |lock| off.contains(&lock);
        let in_memory = is_off(Lock::Key) && is_off(Lock::Compartment) && is_off(Lock::Stamp);
        let in_redis = is_off(Lock::Key) && is_off(Lock::Seal) && is_off(Lock::Stamp);
        for path in 0..3 {
            redis.run("FLUSHALL").await;
            let faults = Faults::default();
            faults.set(&off);
            let node = Node::new(&redis, Config::default());
            let other = Node::new(&redis, Config::default());
            let cache = node.cache.clone().with_faults(faults);
            let (acme, betaco) = (&node.viewer, &other.viewer);
            let (leaks, expected) = match path {
                0 => (leaks_in_the_process(&cache, acme, betaco).await, in_memory || in_redis),
                1 => (leaks_from_redis(&cache, acme, betaco).await, in_redis),
                _ => (leaks_in_flight(&cache, acme, betaco).await, in_memory),
            };
            assert_eq!(leaks, expected, "path {path} with {off:?} off");
        }
    }
}
