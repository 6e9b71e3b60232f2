//! S8: what sessions survive: a restart of Redis that writes its AOF, and the promotion of a replica by Sentinel.

use api_types::{Code, paths};
use domain::Role;
use e2e::{Actor, Company, Stack, TempFolder, until};
use reqwest::Method;
use session::conformance::LocalServer;

use super::redis_with_replica::{DEADLINE, RedisWithReplica, redis_server, wait_for_replica};

/// Waits until a session is accepted. Until then requests are 503, and never 401.
async fn wait_until_accepted(kept: &Actor, ended: &Actor) {
    until("the session to be accepted", DEADLINE, async || {
        let refused = ended.get(paths::EMPLOYEES).without_retry().send().await.status;
        assert!([401, 503].contains(&refused), "{refused} for an ended session");
        let status = kept.get(paths::EMPLOYEES).without_retry().send().await.status;
        assert!([200, 503].contains(&status), "{status} for a session");
        (status == 200).then_some(())
    })
    .await;
}

/// S8: a Redis that writes its AOF keeps sessions over a restart. A session that ended before stays ended.
#[tokio::test(flavor = "multi_thread")]
async fn a_redis_with_its_aof_keeps_sessions_over_a_restart() {
    let (stack, folder) = (Stack::get().await, TempFolder::empty("redis"));
    let path = folder.path().to_owned();
    let mut redis = LocalServer::start(move |port| {
        redis_server(port, &path, &["--appendonly", "yes", "--appendfsync", "always"])
    })
    .await;
    let acme = Company::fresh(stack).await;
    let url = format!("redis://{}/0", redis.address());
    let node = stack.server_config().with("REDIS_SESSION_URL", &url).start().await;
    let kept = acme.actor_on(&node, Role::HrAdmin).await;
    let ended = acme.actor_on(&node, Role::Employee).await;
    ended.request(Method::DELETE, paths::SESSION).expect(204).await;
    redis.restart().await;
    wait_until_accepted(&kept, &ended).await;
    ended.get(paths::EMPLOYEES).expect(401).await.problem(Code::NotSignedIn);
}

/// S8, S2: a replica is promoted that has not received the last sign-out. The session that ended stays ended, and the others are valid on every node. The
/// same holds after the former primary has come back as a replica and has been promoted again.
#[tokio::test(flavor = "multi_thread")]
async fn a_promoted_replica_keeps_sessions_and_revives_none() {
    let (stack, mut redis) = (Stack::get().await, RedisWithReplica::start().await);
    let acme = Company::fresh(stack).await;
    let config = stack.server_config().with("REDIS_SESSION_URL", &redis.url());
    let (node, other) = tokio::join!(config.start(), config.start());
    let kept = acme.actor_on(&node, Role::HrAdmin).await;
    let ended = acme.actor_on(&node, Role::Employee).await;
    redis.cut_the_replica_off().await;
    ended.request(Method::DELETE, paths::SESSION).expect(204).await;
    redis.primary.kill();
    redis.replica.resume();
    assert!(redis.replica_has_sessions(2).await, "the replica has not received the sign-out");
    redis.wait_for_primary(redis.replica.port()).await;
    for node in [&node, &other] {
        wait_until_accepted(&kept.clone().on(node), &ended.clone().on(node)).await;
        ended.clone().on(node).get(paths::EMPLOYEES).expect(401).await.problem(Code::NotSignedIn);
    }
    let new = acme.actor_on(&other, Role::Auditor).await;
    new.clone().on(&node).get(paths::EMPLOYEES).expect(200).await;

    redis.primary.restart().await;
    wait_for_replica(&redis.replica).await;
    redis.fail_over_to(redis.primary.port()).await;
    for node in [&node, &other] {
        wait_until_accepted(&new.clone().on(node), &ended.clone().on(node)).await;
        kept.clone().on(node).get(paths::EMPLOYEES).expect(200).await;
    }
}
