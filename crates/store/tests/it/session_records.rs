//! Session records in PostgreSQL: the checks of every session store, and what only this one has.

use std::sync::Arc;

use session::conformance;
use store::SessionRecords;

use crate::stack::{Stack, with_stack};

const ROLE: &str = "watertight_session";

async fn records(stack: &Stack) -> SessionRecords {
    let (url, config) =
        (stack.url(ROLE, "watertight"), stack.config("watertight_app", "watertight"));
    let connected = SessionRecords::connect(stack.store().await, &url, &config).await;
    connected.expect("the session role connects")
}

/// S5: PostgreSQL passes the checks and the races of every session store.
#[test]
fn sessions_in_postgresql_conform() {
    with_stack(async |stack| {
        let link = conformance::no_redis();
        let sessions = conformance::in_store(Arc::new(records(stack).await));
        conformance::check(&sessions, &link).await;
        conformance::race(&sessions, &link).await;
    });
}

/// S5: the role of the session records reaches nothing else, and no other role of the product reaches the records.
#[test]
fn only_the_session_role_reaches_session_records() {
    with_stack(async |stack| {
        let mut own = stack.connection(ROLE, "watertight").await;
        for table in ["public.employee", "public.account", "platform.tenant", "platform.revocation"]
        {
            let read = sqlx::raw_sql(sqlx::AssertSqlSafe(format!("select 1 from {table}")));
            let refused = read.execute(&mut own).await.unwrap_err().to_string();
            assert!(refused.contains("permission denied"), "{table}: {refused}");
        }
        for role in ["watertight_app", "watertight_platform"] {
            let mut other = stack.connection(role, "watertight").await;
            for statement in [
                "select 1 from session.record",
                "select session.prepare_days(1)",
                "select session.drop_past_days()",
            ] {
                let refused = sqlx::raw_sql(statement).execute(&mut other).await.unwrap_err();
                let refused = refused.to_string();
                assert!(refused.contains("permission denied"), "{role}: {refused}");
            }
        }
    });
}

/// S5: the partitions of the next days exist, and a day whose sessions have all expired is dropped.
#[test]
fn the_partitions_of_past_days_are_dropped() {
    const PARTITIONS: &str = "
        select c.relname::text from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
         where i.inhparent = 'session.record'::regclass order by 1";
    with_stack(async |stack| {
        stack.make_database("session_days").await;
        let mut superuser = stack.superuser("session_days").await;
        superuser
            .run(
                "create table session.record_20200101 partition of session.record
                    for values from ('2020-01-01') to ('2020-01-02')",
            )
            .await;
        let before: Vec<String> =
            sqlx::query_scalar(PARTITIONS).fetch_all(&mut superuser.0).await.unwrap();
        let mut session = stack.connection(ROLE, "session_days").await;
        sqlx::raw_sql("select session.prepare_days(9); select session.drop_past_days()")
            .execute(&mut session)
            .await
            .unwrap();
        let after: Vec<String> =
            sqlx::query_scalar(PARTITIONS).fetch_all(&mut superuser.0).await.unwrap();
        assert_eq!((before.len(), after.len()), (9, 10), "{before:?} {after:?}");
        assert!(before[0] == "record_20200101" && !after.contains(&before[0]), "{after:?}");
    });
}
