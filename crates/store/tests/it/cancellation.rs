//! I9: a request that is cancelled halfway leaves nothing behind for the next one.

use std::{
    future::poll_fn,
    pin::pin,
    task::Poll,
    time::{Duration, Instant},
};

use domain::{EmployeeId, Role};
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, PgPool, Row, postgres::PgPoolOptions,
};
use store::Store;
use uuid::Uuid;

use crate::{
    company::{Company, everyone},
    stack::{Stack, with_stack},
    write::draft,
};

const DROPS: usize = 2_000;
/// A run takes about ten seconds. This is the limit for a busy machine.
const LONGEST: Duration = Duration::from_secs(90);

/// The times at which a request is cancelled, from immediately to after its end.
fn cancellation_times() -> impl Iterator<Item = Duration> {
    (0..).map(|n: u64| Duration::from_micros(n * 7_919 % 2_500))
}

/// Polls the future until that time and then drops it, wherever it is. Returns whether it was unfinished.
async fn cancel_after(moment: Duration, future: impl Future) -> bool {
    let (mut future, began) = (pin!(future), Instant::now());
    poll_fn(|context| {
        if future.as_mut().poll(context).is_ready() {
            return Poll::Ready(false);
        }
        context.waker().wake_by_ref();
        if began.elapsed() >= moment { Poll::Ready(true) } else { Poll::Pending }
    })
    .await
}

/// The state of a borrowed connection: whether a transaction is open, and the tenant it is bound to.
async fn connection_state(connection: &mut PgConnection) -> (bool, Option<String>) {
    // Inside an open transaction, `now()` is the time when that began; otherwise it is the time of this query. Only the simple protocol uses one timestamp for
    // both, so the statement is not prepared.
    let sql =
        "select now() <> statement_timestamp(), nullif(current_setting('app.tenant_id', true), '')";
    let row = connection.fetch_one(sqlx::raw_sql(sql)).await.expect("an answer");
    (row.get(0), row.get(1))
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Leftovers {
    dropped: usize,
    stale_transactions: usize,
    foreign_tenants: usize,
}

/// Begins work for a tenant repeatedly and drops it at different times. Counts what the next borrower of the connection finds.
async fn cancel_borrowers(
    drops: usize,
    tenant: &str,
    borrow: impl AsyncFn(),
    look: impl AsyncFn() -> (bool, Option<String>),
) -> Leftovers {
    let (mut found, began) = (Leftovers::default(), Instant::now());
    for moment in cancellation_times() {
        if found.dropped >= drops || began.elapsed() > LONGEST {
            break;
        }
        if cancel_after(moment, borrow()).await {
            found.dropped += 1;
            let (in_transaction, bound_to) = look().await;
            found.stale_transactions += usize::from(in_transaction);
            found.foreign_tenants += usize::from(bound_to.as_deref() == Some(tenant));
        }
    }
    found
}

fn opening(tenant: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!("begin; set local app.tenant_id = '{tenant}'"))
}

/// A connection pool with sqlx's default settings.
async fn plain_pool(stack: &Stack) -> PgPool {
    let url = stack.url("watertight_app", "watertight");
    PgPoolOptions::new().max_connections(1).connect(&url).await.expect("connects")
}

/// A store with a single connection, so that the next request gets the connection of the cancelled one.
async fn narrow_store(stack: &Stack) -> Store {
    let config =
        store::StoreConfig { max_connections: 1, ..stack.config("watertight_app", "watertight") };
    Store::connect(config).await.expect("the store connects")
}

/// I9: WRONG ON PURPOSE, the positive control. A plain sqlx 0.9.0 pool hands out connections inside another request's transaction.
#[test]
fn a_plain_pool_lets_the_next_borrower_act_as_the_previous_tenant() {
    with_stack(async |stack| {
        let (pool, tenant) = (plain_pool(stack).await, "00000000-0000-0000-0000-000000000001");
        let borrow = async || {
            let transaction = pool.begin_with(opening(tenant)).await.expect("begun");
            transaction.commit().await.expect("committed");
        };
        let look =
            async || connection_state(&mut pool.acquire().await.expect("a connection")).await;
        let found = cancel_borrowers(DROPS / 5, tenant, borrow, look).await;
        println!("plain pool: {found:?}");
        assert!(found.stale_transactions > 0 && found.foreign_tenants > 0, "{found:?}");
    });
}

/// I9: the same with the store's pool but without its units of work: tests the cleanup after release alone.
#[test]
fn our_pool_gives_the_next_borrower_a_clean_connection() {
    with_stack(async |stack| {
        let (store, tenant) = (narrow_store(stack).await, "00000000-0000-0000-0000-000000000002");
        let borrow = async || {
            let mut connection = store.bare_connection().await.expect("a connection");
            let transaction = connection.begin_with(opening(tenant)).await.expect("begun");
            transaction.commit().await.expect("committed");
        };
        let look = async || {
            connection_state(&mut store.bare_connection().await.expect("a connection")).await
        };
        let found = cancel_borrowers(DROPS, tenant, borrow, look).await;
        println!("our pool: {found:?}");
        assert_eq!(found, Leftovers { dropped: found.dropped, ..Leftovers::default() });
        assert!(found.dropped >= DROPS, "{found:?}");
    });
}

/// I9: the same through the store, like a request: after 2,000 cancelled requests, the next one gets its own company's rows.
#[test]
fn a_cancelled_request_leaves_nothing_for_the_next_one() {
    with_stack(async |stack| {
        let store = narrow_store(stack).await;
        let [acme, betaco] = Company::pair(&store, 5).await;
        let (of_acme, of_betaco) =
            (acme.as_role(Role::HrAdmin).await, betaco.as_role(Role::HrAdmin).await);
        let (query, mut dropped, began) = (everyone(), 0, Instant::now());
        for moment in cancellation_times() {
            if dropped >= DROPS || began.elapsed() > LONGEST {
                break;
            }
            let list = Box::pin(store.list_employees(&of_acme, &query));
            dropped += usize::from(cancel_after(moment, list).await);
            let lookup = store.find_credential(acme.tenant, &acme.rows.accounts[0].email);
            dropped += usize::from(cancel_after(moment, lookup).await);
            let page = store.list_employees(&of_betaco, &query).await.expect("a list");
            assert!(
                page.rows.len() == 5
                    && page.rows.iter().all(|row| row.last_name.contains(&betaco.canary))
            );
        }
        println!(
            "through the transactions of the store: {dropped} dropped in {:?}",
            began.elapsed()
        );
        assert!(dropped >= DROPS, "{dropped} dropped");
        let (in_transaction, bound_to) =
            connection_state(&mut store.bare_connection().await.expect("a connection")).await;
        assert_eq!((in_transaction, bound_to), (false, None));
    });
}

/// I9: a read is answered before its transaction has ended. The transaction still ends, and so do those of writes and of refused writes.
#[test]
fn no_transaction_outlives_its_unit_of_work() {
    with_stack(async |stack| {
        stack.make_database("ends").await;
        let store = stack.store_as("watertight_app", "ends").await;
        let acme = Company::fresh(&store, 12).await;
        let context = acme.as_role(Role::HrAdmin).await;
        for n in 0..50 {
            store.list_employees(&context, &everyone()).await.expect("a list");
            let new = draft(&acme, &format!("Neu{}", n % 2));
            let id = EmployeeId::from_uuid(Uuid::new_v4());
            // The third and all later writes are refused, because their e-mail addresses are taken.
            assert_eq!(store.create_employee(&context, id, &new).await.is_ok(), n < 2);
        }
        let mut superuser = stack.superuser("ends").await;
        let open = "
            select count(*)
              from pg_stat_activity
             where datname = 'ends' and usename = 'watertight_app' and state <> 'idle'";
        let began = Instant::now();
        while sqlx::query_scalar::<_, i64>(open).fetch_one(&mut superuser.0).await.expect("a count")
            > 0
        {
            assert!(began.elapsed() < LONGEST, "a transaction did not end");
        }
    });
}

/// A unit of work is done completely or not at all: after a cancelled `add_tenant_rows`, the company has all of its rows or none.
#[test]
fn a_cancelled_write_is_done_completely_or_not_at_all() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 300).await;
        let context = acme.maintenance();
        for moment in cancellation_times().take(5) {
            store.remove_tenant_rows(&context).await.expect("removed");
            assert!(
                cancel_after(moment, store.add_tenant_rows(&context, &acme.rows)).await,
                "it takes longer, so it was cancelled"
            );
            // This read may use another connection of the pool, so wait until the write has finished.
            let began = Instant::now();
            loop {
                let total =
                    store.list_employees(&context, &everyone()).await.expect("a list").total;
                let accounts =
                    store.demo_tenant(acme.tenant).await.expect("an answer").accounts.len();
                assert!([0, 300].contains(&total), "{total}");
                if accounts == acme.rows.accounts.len() {
                    break;
                }
                assert!(began.elapsed() < LONGEST, "the dropped write was never finished");
            }
        }
    });
}
