//! O6: a store stops answering while the server runs. The server accepts no session without a check, and recovers without a restart.

use std::time::Duration;

use api_types::{Code, paths};
use domain::Role;
use e2e::{Actor, Company, Redis, Stack, until};
use tokio::time::timeout;

/// The deadline for a refusal. A request without an answer by then counts as hanging; PostgreSQL statements have a timeout of ten seconds.
const REPLY_DEADLINE: Duration = Duration::from_secs(30);

/// Fails unless a request is refused with 503 and `Retry-After`. Returns its request id.
pub(super) async fn assert_unavailable(actor: &Actor, path: &str) -> String {
    let reply = timeout(REPLY_DEADLINE, actor.get(path).expect(503)).await.unwrap();
    let problem = reply.problem(Code::Unavailable);
    assert!(
        reply.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok()),
        "{path}"
    );
    problem.request_id
}

/// Waits until the actor's requests succeed again.
pub(super) async fn wait_until_recovered(actor: &Actor) {
    let answers = async || (actor.get(paths::EMPLOYEES).send().await.status == 200).then_some(());
    until("the server to recover", Duration::from_secs(30), answers).await;
}

/// O6: while sessions cannot be read, every route that needs one answers 503 with `Retry-After`, never 200 or 401. Afterwards the same session is valid.
#[tokio::test]
async fn without_the_session_store_no_user_is_let_in_or_signed_out() {
    let stack = Stack::get().await;
    let (acme, redis) = (Company::fresh(stack).await, Redis::start().await);
    let server = stack
        .server_config()
        .with_the_default_redis_timeout()
        .with("REDIS_SESSION_URL", &redis.url())
        .start()
        .await;
    let admin = acme.actor_on(&server, Role::HrAdmin).await;
    admin.get(paths::EMPLOYEES).expect(200).await;
    redis.pause().await;
    for path in [
        paths::EMPLOYEES,
        paths::SESSION,
        paths::DEPARTMENTS,
        &paths::employee(acme.roster.employee()),
    ] {
        let id = assert_unavailable(&admin, path).await;
        until("the failure in the log", Duration::from_secs(10), async || {
            server.lines_with(&id).contains("api.request.failed").then_some(())
        })
        .await;
        assert_unavailable(&admin.clone().with_session(&"A".repeat(43)), path).await;
    }
    let ready = admin.get(paths::READY).expect(503).await;
    assert!(ready.text().contains("redis_session"), "{}", ready.text());
    admin.get(paths::LIVE).expect(200).await;
    redis.unpause().await;
    wait_until_recovered(&admin).await;
}

/// O6: while the cache cannot be read, every request is answered correctly from PostgreSQL, also after the cache is back.
#[tokio::test]
async fn without_the_cache_everything_is_answered_from_postgresql() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let redis = Redis::start().await;
    let server = stack.server_config().with("REDIS_CACHE_URL", &redis.url()).start().await;
    let (of_acme, of_betaco) = (
        acme.actor_on(&server, Role::HrAdmin).await,
        betaco.actor_on(&server, Role::HrAdmin).await,
    );
    of_acme.get(paths::EMPLOYEES).expect(200).await;
    redis.pause().await;
    for actor in [&of_acme, &of_betaco] {
        for path in [paths::EMPLOYEES, paths::DEPARTMENTS, "/api/v1/employees?sort=-number&limit=3"]
        {
            actor.get(path).expect(200).await;
        }
    }
    redis.unpause().await;
    wait_until_recovered(&of_betaco).await;
}

/// O6: while PostgreSQL does not answer, requests that are not cached are 503. So is every request with a session, if sessions are kept there. The server
/// recovers without a restart.
#[tokio::test]
async fn without_postgresql_uncached_data_is_unavailable() {
    let own = Stack::of_its_own().await;
    let acme = Company::fresh(own).await;
    let admin = acme.hr_admin().await;
    let there = own.server_config().with_sessions_in_postgres().start().await;
    let of_postgres = acme.actor_on(&there, Role::HrAdmin).await;
    for actor in [&admin, &of_postgres] {
        actor.get(paths::EMPLOYEES).expect(200).await;
    }
    own.postgres.pause().await;
    assert_unavailable(&admin, "/api/v1/employees?sort=-started_on").await;
    assert_unavailable(&of_postgres, paths::EMPLOYEES).await;
    assert_unavailable(&of_postgres.clone().with_session(&"A".repeat(43)), paths::EMPLOYEES).await;
    let reply = admin
        .sign_in(&acme.email_of(Role::HrAdmin), e2e::PASSWORD)
        .without_retry()
        .expect(503)
        .await;
    reply.problem(Code::Unavailable);
    own.postgres.unpause().await;
    wait_until_recovered(&admin).await;
    wait_until_recovered(&of_postgres).await;
    admin.get("/api/v1/employees?sort=-started_on").with_retry().expect(200).await;
}
