//! I5: the bodies in Redis are sealed: they cannot be read there, and a planted body is not served.

use api_types::paths;
use domain::Role;
use e2e::{Canary, Company, Server, Stack, db_redis};
use redis::AsyncCommands;

/// A node that uses one Redis database, which no other test uses, for sessions and for bodies, and the URL of that database.
async fn node_with_redis_of_its_own(stack: &Stack) -> (Server, String) {
    let redis = stack.redis.url_of_a_fresh_database();
    let config = stack.server_config().with("REDIS_SESSION_URL", &redis);
    (config.with("REDIS_CACHE_URL", &redis).start().await, redis)
}

/// The keys of the HR admin's list of a company.
pub(super) async fn list_keys(redis: &str, company: &Company) -> Vec<String> {
    db_redis::keys(redis, &format!("t:{{{}}}:employee_list:company+salary:*", company.tenant)).await
}

pub(super) async fn value(redis: &str, key: &str) -> Vec<u8> {
    db_redis::open(redis).await.get(key).await.unwrap()
}

/// I5: after every role has read everything, Redis contains no canary, neither in a value nor in a key.
#[tokio::test]
async fn redis_contains_no_readable_data() {
    let stack = Stack::get().await;
    let (server, redis) = node_with_redis_of_its_own(stack).await;
    for company in Company::pair(stack).await {
        for role in Role::ALL {
            let actor = company.actor_on(&server, role).await;
            let search = format!("{}?q={}", paths::EMPLOYEES, company.canary);
            let detail = paths::employee(company.roster.employee());
            for path in [paths::EMPLOYEES, paths::DEPARTMENTS, &search, &detail] {
                actor.get(path).send().await;
            }
        }
    }
    let everything = db_redis::everything(&redis, "*").await;
    let bodies = everything.iter().filter(|(key, _)| key.contains(":employee_")).count();
    assert!(bodies >= 8, "only {bodies} bodies are cached: nothing would be proved");
    for (key, value) in everything {
        let found = Canary::all_in(&format!("{key} {}", String::from_utf8_lossy(&value)));
        assert!(found.is_empty(), "{found:?} under `{key}`");
    }
}

/// I5: another company's envelope, and an envelope with one bit changed, are misses with an alert, and the right body takes their place.
#[tokio::test]
async fn a_planted_envelope_is_a_miss_and_an_alert() {
    let stack = Stack::get().await;
    let (server, redis) = node_with_redis_of_its_own(stack).await;
    let [acme, betaco] = Company::twins(stack).await;
    for company in [&acme, &betaco] {
        company.actor_on(&server, Role::HrAdmin).await.get(paths::EMPLOYEES).expect(200).await;
    }
    let ours = list_keys(&redis, &acme).await.remove(0);
    let theirs = list_keys(&redis, &betaco).await.remove(0);
    let (foreign, mut changed) = (value(&redis, &theirs).await, value(&redis, &ours).await);
    *changed.last_mut().unwrap() ^= 1;
    for planted in [foreign, changed] {
        let mut connection = db_redis::open(&redis).await;
        connection.pset_ex::<_, _, ()>(&ours, &planted, 60_000).await.unwrap();
        // A new node has nothing in its memory, so it must read from Redis.
        let config = stack.server_config().with("REDIS_SESSION_URL", &redis);
        let fresh = config.with("REDIS_CACHE_URL", &redis).start().await;
        let admin = acme.actor_on(&fresh, Role::HrAdmin).await;
        let reply = admin.get(paths::EMPLOYEES).expect(200).await;
        assert!(reply.text().contains(acme.canary.as_str()));
        let alert = fresh.log_line("envelope_seal").await;
        assert!(alert.contains(&acme.tenant.to_string()), "{alert}");
        assert_ne!(value(&redis, &ours).await, planted, "the right body takes its place");
    }
}
