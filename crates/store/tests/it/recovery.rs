//! PostgreSQL fails and comes back: errors are clear meanwhile, and nothing has to be restarted.

use std::time::{Duration, Instant};

use domain::Role;
use store::{Error, Store, StoreConfig};
use tenancy::TenantContext;

use crate::{
    company::{Company, everyone},
    stack::{Stack, run, with_stack},
};

/// The deadline of every wait in these tests. It measures nothing, and a busy machine must meet it too.
const DEADLINE: Duration = Duration::from_secs(30);

/// O6: PostgreSQL is killed and started again. Meanwhile requests fail within a bounded time. After the store has noticed that PostgreSQL is back, they
/// succeed, although every connection of the pool was closed.
#[test]
fn after_a_restart_of_postgresql_requests_are_answered_again() {
    run(async {
        let stack = Stack::start().await;
        let config = StoreConfig {
            acquire_timeout: Duration::from_secs(1),
            statement_timeout: Duration::from_secs(1),
            ..stack.config("watertight_app", "watertight")
        };
        let store = Store::connect(config).await.expect("the store connects");
        let acme = Company::fresh(&store, 10).await;
        let admin = acme.as_role(Role::HrAdmin).await;
        fill(&store, &acme).await;

        stack.container.stop_with_timeout(Some(0)).await.expect("killed");
        let error = within_deadline(store.list_employees(&admin, &everyone()))
            .await
            .expect_err("PostgreSQL is stopped");
        assert!(error.is_temporary(), "{error:?}");
        assert!(store.ping().await.is_err());

        stack.container.start().await.expect("started again");
        let back = wait_until_postgresql_answers(&stack).await;
        wait_until_recovered(&store, &admin).await;
        println!("the first answer came {:?} after PostgreSQL was back", back.elapsed());
        store.ping().await.expect("the other pool has healed too");
    });
}

/// O6: idle connections that a server, a proxy or an administrator has closed cause no errors.
#[test]
fn idle_connections_that_were_ended_are_replaced_unnoticed() {
    with_stack(async |stack| {
        let mut superuser = stack.superuser("watertight").await;
        superuser.run("create role ended login password 'ended' in role watertight_app").await;
        superuser.run("grant connect on database watertight to ended").await;
        let store = stack.store_as("ended", "watertight").await;
        let acme = Company::fresh(&store, 10).await;
        let admin = acme.as_role(Role::HrAdmin).await;
        for _ in 0..20 {
            fill(&store, &acme).await;
            superuser.run("select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = 'ended'").await;
            let page = store.list_employees(&admin, &everyone()).await.expect("an answer");
            assert_eq!(page.rows.len(), 10);
        }
    });
}

/// O6: a server that accepts connections but never answers does not block a request forever.
#[test]
fn a_silent_postgresql_is_unavailable_in_bounded_time() {
    run(async {
        let stack = Stack::start().await;
        let config = StoreConfig {
            acquire_timeout: Duration::from_millis(500),
            statement_timeout: Duration::from_millis(500),
            ..stack.config("watertight_app", "watertight")
        };
        let store = Store::connect(config).await.expect("the store connects");
        let acme = Company::fresh(&store, 10).await;
        let admin = acme.as_role(Role::HrAdmin).await;
        stack.container.pause().await.expect("paused");
        for _ in 0..6 {
            let error = within_deadline(store.list_employees(&admin, &everyone()))
                .await
                .expect_err("the server never answers");
            assert!(error.is_temporary(), "{error:?}");
        }
        stack.container.unpause().await.expect("unpaused");
        wait_until_postgresql_answers(&stack).await;
        wait_until_recovered(&store, &admin).await;
    });
}

/// O1: an error in the configuration is reported at startup.
#[test]
fn a_connection_error_names_its_cause() {
    with_stack(async |stack| {
        let good = stack.config("watertight_app", "watertight");
        let with = |app_url: String| StoreConfig {
            app_url,
            acquire_timeout: Duration::from_secs(1),
            ..good.clone()
        };
        let wrong_password = with(good.app_url.replace(":watertight_app@", ":secret@"));
        let error = Store::connect(wrong_password).await.expect_err("a wrong password");
        assert!(
            matches!(error, Error::SignInRefused(_)) && error.to_string().contains("\nhint: "),
            "{error:?}"
        );
        let no_database = with(stack.url("watertight_app", "nowhere"));
        assert!(matches!(Store::connect(no_database).await, Err(Error::SignInRefused(_))));
        let no_server = with("postgres://watertight_app:secret@127.0.0.1:1/watertight".to_owned());
        assert!(matches!(Store::connect(no_server).await, Err(Error::Unavailable(_))));
        let error =
            Store::connect(with("mysql://secret".to_owned())).await.expect_err("no URL of ours");
        assert!(
            matches!(error, Error::InvalidUrl(_)) && !error.to_string().contains("secret"),
            "{error:?}"
        );
    });
}

/// O6: while all connections are in use, a request fails after the timeout instead of waiting forever.
#[test]
fn a_request_that_gets_no_connection_is_unavailable() {
    with_stack(async |stack| {
        let config = StoreConfig {
            max_connections: 1,
            acquire_timeout: Duration::from_millis(200),
            ..stack.config("watertight_app", "watertight")
        };
        let store = Store::connect(config).await.expect("the store connects");
        let acme = Company::fresh(&stack.store().await, 1).await;
        let held = store.bare_connection().await.expect("the only one");
        let refused = store.list_employees(&acme.as_role(Role::HrAdmin).await, &everyone()).await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        drop(held);
        assert!(
            store.list_employees(&acme.as_role(Role::HrAdmin).await, &everyone()).await.is_ok()
        );
    });
}

/// Opens all connections that the pool may have, so that all of them are idle afterwards.
async fn fill(store: &Store, company: &Company) {
    let admin = company.as_role(Role::HrAdmin).await;
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(store.bare_connection().await.expect("a connection"));
    }
    drop(held);
    store.list_employees(&admin, &everyone()).await.expect("a list");
}

/// Waits for a result until the deadline, and fails the test if there is none.
async fn within_deadline<T>(verb: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, verb).await.expect("an answer before the deadline")
}

/// Waits until the list succeeds. Until then, every error must be a temporary one.
async fn wait_until_recovered(store: &Store, admin: &TenantContext) {
    let began = Instant::now();
    let page = loop {
        match store.list_employees(admin, &everyone()).await {
            Ok(page) => break page,
            Err(error) => assert!(
                error.is_temporary() && began.elapsed() < DEADLINE,
                "{error:?} after {:?}",
                began.elapsed()
            ),
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(page.rows.len(), 10);
}

/// Waits until PostgreSQL accepts connections, and returns that time.
async fn wait_until_postgresql_answers(stack: &Stack) -> Instant {
    let began = Instant::now();
    let url = stack.url("watertight_app", "watertight");
    while <sqlx::PgConnection as sqlx::Connection>::connect(&url).await.is_err() {
        assert!(began.elapsed() < DEADLINE, "PostgreSQL does not come back");
        tokio::task::yield_now().await;
    }
    Instant::now()
}
