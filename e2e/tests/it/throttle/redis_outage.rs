//! Limits while the session Redis cannot count attempts.

use domain::Role;
use e2e::{Company, Fault, FaultProxy, PASSWORD, Redis, Stack, db_redis};

use super::{exhaust, flows, guess};

/// G2: if Redis refuses to count, each node counts alone: guesses are still limited, and the right password works.
#[tokio::test]
async fn a_node_counts_alone_while_redis_does_not_count() {
    let (stack, redis) = (Stack::get().await, Redis::start().await);
    let acme = Company::fresh(stack).await;
    let config = super::config(stack, &[("WATERTIGHT_LIMIT_ACCOUNT_ADDRESS", "3/600")]);
    let config = config.with("REDIS_SESSION_URL", &redis.url());
    let (one, other) = tokio::join!(config.start(), config.start());
    let mut connection = db_redis::open(&redis.url()).await;
    redis::cmd("ACL")
        // Allows every key except those of the counters. Scripts stay allowed, because sessions need one to begin.
        .arg(&["SETUSER", "default", "resetkeys", "~t:*", "~[^t]*"])
        .query_async::<()>(&mut connection)
        .await
        .unwrap();
    let email = acme.email_of(Role::Employee);
    exhaust(&acme, &one, &email, 3).await;
    exhaust(&acme, &other, &email, 3).await;
    guess(&acme, &one, &acme.email_of(Role::Manager), PASSWORD).expect(201).await;
}

/// G2: while the session Redis does not answer, every flow is 503 before a secret is checked, because the state of the company is unknown.
#[tokio::test]
async fn without_redis_no_secret_is_checked() {
    let (stack, redis) = (Stack::get().await, Redis::start().await);
    let proxy = FaultProxy::to(redis.address()).await;
    let url = format!("redis://{}/0", proxy.address);
    let node = stack.server_config().with("REDIS_SESSION_URL", &url).start().await;
    for name in flows::NAMES {
        let acme = Company::fresh(stack).await;
        let ask = flows::prepare(name, &acme, &node).await;
        proxy.set(Fault::Refused);
        let reply = ask().send().await;
        proxy.set(Fault::None);
        assert_eq!(reply.status, 503, "{name}: {}", reply.text());
        assert!(reply.header("retry-after").is_some(), "{name}");
    }
}
