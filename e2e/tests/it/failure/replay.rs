//! S2, S4: a Redis that restarts with old records, or without its data, does not make a revoked session valid again.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use api_types::{Code, paths};
use domain::Role;
use e2e::{Actor, Company, Redis, Server, Stack, db_redis, until};
use redis::AsyncCommands;
use reqwest::Method;

const RECOVERY_DEADLINE: Duration = Duration::from_secs(20);

/// Users whose sessions were revoked after the dump was written, and one user whose session is still valid.
struct Users {
    ended: Vec<Actor>,
    kept: Actor,
}

/// Signs in, makes Redis write its dump, and then revokes four sessions: two one by one, and two of one account at once.
async fn revoke_after_the_dump(acme: &Company, server: &Server, redis: &Redis) -> Users {
    let kept = acme.actor_on(server, Role::Manager).await;
    let (one, two) =
        (acme.actor_on(server, Role::HrAdmin).await, acme.actor_on(server, Role::HrAdmin).await);
    let everywhere =
        [acme.actor_on(server, Role::Auditor).await, acme.actor_on(server, Role::Auditor).await];
    redis.save().await;
    for actor in [&one, &two] {
        actor.request(Method::DELETE, paths::SESSION).expect(204).await;
    }
    everywhere[0].request(Method::DELETE, paths::SESSIONS).expect(204).await;
    let [three, four] = everywhere;
    Users { ended: vec![one, two, three, four], kept }
}

/// Waits until the actor's session is accepted. Returns how long that took.
async fn wait_until_accepted(actor: &Actor) -> Duration {
    let begun = Instant::now();
    until("the valid session to be accepted", RECOVERY_DEADLINE, async || {
        (actor.get(paths::EMPLOYEES).send().await.status == 200).then_some(())
    })
    .await;
    begun.elapsed()
}

async fn assert_signed_out(ended: &[Actor]) {
    for actor in ended {
        actor.get(paths::EMPLOYEES).expect(401).await.problem(Code::NotSignedIn);
    }
}

/// Sends requests without a pause until `over` is set. Returns every status that it got.
async fn statuses(actor: &Actor, over: &AtomicBool) -> BTreeSet<u16> {
    let mut seen = BTreeSet::new();
    while !over.load(Ordering::Relaxed) {
        seen.insert(actor.get(paths::EMPLOYEES).send().await.status);
    }
    seen
}

/// S2, S4, O6: Redis restores an old dump while a running server gets requests all the time. No revoked session is accepted at any moment, and no other
/// session ends.
#[tokio::test]
async fn an_old_dump_revives_no_session_under_load() {
    let (stack, redis) = (Stack::get().await, Redis::that_restarts().await);
    let acme = Company::fresh(stack).await;
    let server = stack.server_config().with("REDIS_SESSION_URL", &redis.url()).start().await;
    let Users { ended, kept } = revoke_after_the_dump(&acme, &server, &redis).await;
    assert_signed_out(&ended).await;

    let over = AtomicBool::new(false);
    let dead =
        futures_util::future::join_all((0..16).map(|n| statuses(&ended[n % ended.len()], &over)));
    let alive = futures_util::future::join_all((0..4).map(|_| statuses(&kept, &over)));
    let restart = async {
        redis.stop().await;
        redis.start_again().await;
        println!(
            "the valid session was accepted {:?} after Redis was back",
            wait_until_accepted(&kept).await
        );
        assert_signed_out(&ended).await;
        over.store(true, Ordering::Relaxed);
    };
    let (dead, alive, ()) = tokio::join!(dead, alive, restart);
    let (dead, alive): (BTreeSet<_>, BTreeSet<_>) =
        (dead.into_iter().flatten().collect(), alive.into_iter().flatten().collect());
    println!("revoked sessions: {dead:?}; the valid one: {alive:?}");
    assert!(dead.contains(&401) && dead.is_subset(&BTreeSet::from([401, 503])), "{dead:?}");
    assert!(alive.contains(&200) && alive.is_subset(&BTreeSet::from([200, 503])), "{alive:?}");
}

/// S2, S4: the same while no server runs. The old dump contains the revoked sessions (the control). The server that starts next deletes them before it serves.
#[tokio::test]
async fn an_old_dump_restored_while_no_server_runs_revives_no_session() {
    let (stack, redis) = (Stack::get().await, Redis::that_restarts().await);
    let acme = Company::fresh(stack).await;
    let config = stack.server_config().with("REDIS_SESSION_URL", &redis.url());
    let server = config.start().await;
    let Users { ended, kept } = revoke_after_the_dump(&acme, &server, &redis).await;
    server.kill();
    redis.stop().await;
    redis.start_again().await;
    let pattern = format!("s:{{{}}}:*", acme.tenant);
    assert_eq!(
        db_redis::keys(&redis.url(), &pattern).await.len(),
        5,
        "the dump holds all five sessions"
    );
    let server = config.start().await;
    let ended: Vec<Actor> = ended.into_iter().map(|actor| actor.on(&server)).collect();
    assert_signed_out(&ended).await;
    kept.on(&server).get(paths::EMPLOYEES).expect(200).await;
    assert_eq!(
        db_redis::keys(&redis.url(), &pattern).await.len(),
        1,
        "the four revoked sessions are deleted"
    );
}

/// O6: `SCRIPT FLUSH` in Redis makes each of two nodes replay the revocations, and ends no session.
#[tokio::test]
async fn a_lost_redis_generation_causes_a_replay_and_ends_no_session() {
    let (stack, redis) = (Stack::get().await, Redis::start().await);
    let acme = Company::fresh(stack).await;
    let config = stack.server_config().with("REDIS_SESSION_URL", &redis.url());
    let nodes = [config.start().await, config.start().await];
    let admin = acme.actor_on(&nodes[0], Role::HrAdmin).await;
    for _ in 0..3 {
        let mut past = db_redis::open(&redis.url()).await;
        let _: () = redis::cmd("SCRIPT").arg("FLUSH").query_async(&mut past).await.unwrap();
        for node in &nodes {
            let on = admin.clone().on(node);
            until("the session to be accepted again", RECOVERY_DEADLINE, async || {
                let status = on.get(paths::EMPLOYEES).send().await.status;
                assert!(matches!(status, 200 | 503), "{status}");
                (status == 200).then_some(())
            })
            .await;
        }
    }
}

/// S2: if a process dies after it wrote a revocation to PostgreSQL and before it wrote to Redis, another process completes the revocation.
#[tokio::test]
async fn an_unfinished_revocation_is_completed() {
    let own = Stack::of_its_own().await;
    let acme = Company::fresh(own).await;
    let (admin, kept) = (acme.hr_admin().await, acme.manager().await);
    let url = own.redis.url();
    let mut redis = db_redis::open(&url).await;
    let mut found = None;
    for key in db_redis::keys(&url, &format!("s:{{{}}}:*", acme.tenant)).await {
        let role: String = redis.hget(&key, "role").await.unwrap();
        found = found.or((role == Role::HrAdmin.as_str()).then_some(key));
    }
    let digest = found.unwrap().rsplit(':').next().unwrap().to_owned();
    let insert = format!(
        "insert into platform.revocation (tenant_id, kind, subject, revoked_at, expires_at)
         values ('{}', 'session', '{digest}', now() - interval '3 seconds', now() + interval '1 hour')",
        acme.tenant
    );
    own.postgres.db_as_superuser(&insert).await;
    until("the session to end", RECOVERY_DEADLINE, async || {
        (admin.get(paths::EMPLOYEES).send().await.status == 401).then_some(())
    })
    .await;
    kept.get(paths::EMPLOYEES).expect(200).await;
}
