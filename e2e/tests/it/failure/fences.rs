//! G8: a write that certainly failed leaves no fence, so the company's cache keeps working. A write with an unknown outcome leaves its fence.

use std::time::Duration;

use api_types::{Code, EmployeeView, paths};
use domain::{EmployeeId, Role};
use e2e::{Actor, Company, Fault, FaultProxy, Request, Server, Stack, db_redis, until};
use reqwest::Method;
use serde_json::json;

/// A separate stack, with a node that reaches PostgreSQL through a proxy.
struct World {
    own: &'static Stack,
    acme: Company,
    proxy: FaultProxy,
    server: Server,
    admin: Actor,
}

impl World {
    async fn fresh() -> Self {
        let own = Stack::of_its_own().await;
        let acme = Company::fresh(own).await;
        let proxy = FaultProxy::to(own.postgres.address()).await;
        let url = format!("postgres://{}/watertight", proxy.address);
        let server = own.server_config().with("WATERTIGHT_DATABASE_URL", &url).start().await;
        let admin = acme.actor_on(&server, Role::HrAdmin).await;
        Self { own, acme, proxy, server, admin }
    }

    fn edit(&self, version: i64, position: &str) -> Request {
        let path = paths::employee(self.employee_id());
        let request = self.admin.request(Method::PATCH, &path);
        request.header("if-match", &format!("\"{version}\"")).json(&json!({"position": position}))
    }

    fn employee_id(&self) -> EmployeeId {
        self.acme.roster.employees[20].id
    }

    async fn db_fences(&self) -> Vec<String> {
        let pattern = format!("t:{{{}}}:fences", self.acme.tenant);
        db_redis::keys(&self.own.redis.url(), &pattern).await
    }

    /// Whether a repeated list request is answered from the cache. An answer that bypasses the cache is not compressed.
    async fn is_cached(&self) -> bool {
        let list = || self.admin.get(paths::EMPLOYEES).accepting("br").expect(200);
        list().await;
        list().await.header("content-encoding") == Some("br")
    }

    async fn no_fence_is_left(&self, after: &str) {
        assert_eq!(self.db_fences().await, Vec::<String>::new(), "{after}");
        let what = format!("the cache to answer after: {after}");
        until(&what, Duration::from_secs(10), async || self.is_cached().await.then_some(())).await;
    }
}

/// G8: a failed statement, a failed check at the commit, and a PostgreSQL that refuses connections leave no fence. The cache keeps answering.
#[tokio::test]
async fn a_failed_write_leaves_no_fence() {
    let world = World::fresh().await;
    let superuser = async |sql: &str| world.own.postgres.db_as_superuser(sql).await;
    superuser(
        "create function fails() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$",
    )
    .await;
    for (trigger, place) in [
        ("create trigger fails before update", ""),
        ("create constraint trigger fails after update", "deferrable initially deferred"),
    ] {
        superuser(&format!("{trigger} on employee {place} for each row execute function fails()"))
            .await;
        world.edit(1, "Lead").expect(500).await.problem(Code::Internal);
        superuser("drop trigger fails on employee").await;
        world.no_fence_is_left(trigger).await;
    }
    world.proxy.set(Fault::Refused);
    world.edit(1, "Lead").expect(503).await.problem(Code::Unavailable);
    world.proxy.set(Fault::None);
    world.no_fence_is_left("no connection").await;
    // Nothing was written, so the first version is still the current one.
    let edited: EmployeeView = world.edit(1, "Lead").expect(200).await.json();
    assert_eq!((edited.version.get(), edited.row.position.as_str()), (2, "Lead"));
    world.no_fence_is_left("a write that succeeded").await;
}

/// G8: PostgreSQL commits and its answer is lost. The fence stays, and every node shows the new row although no new epoch was written.
#[tokio::test]
async fn a_commit_without_an_answer_leaves_its_fence() {
    let world = World::fresh().await;
    let colleague = world.admin.clone().on(&world.own.server);
    for actor in [&world.admin, &colleague] {
        actor.get(&paths::employee(world.employee_id())).expect(200).await;
    }
    world.proxy.set(Fault::CommitUnanswered);
    let id = world.employee_id();
    let holds = format!("exists (select from employee where id = '{id}' and version = 2)");
    // PostgreSQL does not answer the request's other writes either, so the request can fail before the edit. Then it is sent again.
    until("the edit to be committed", Duration::from_secs(30), async || {
        let failed = world.edit(1, "Lead").send().await;
        assert!(matches!(failed.status, 412 | 503), "{}", failed.text());
        world.own.postgres.db_holds(&holds).await.then_some(())
    })
    .await;
    world.proxy.set(Fault::None);
    assert_eq!(world.db_fences().await.len(), 1);
    for actor in [&world.admin, &colleague] {
        let now: EmployeeView =
            actor.get(&paths::employee(world.employee_id())).expect(200).await.json();
        assert_eq!((now.version.get(), now.row.position.as_str()), (2, "Lead"));
    }
    assert!(!world.is_cached().await, "readers go to PostgreSQL until the lease ends");
    drop(world.server);
}
