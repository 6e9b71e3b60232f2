//! P4: totals are updated in the transaction that writes the rows, so concurrent writers leave them exact.

use std::time::Duration;

use domain::Role;
use sqlx::Row;
use store::{Error, Store, StoreConfig};

use super::RandomWrites;
use crate::{
    company::{Company, everyone},
    stack::{Stack, with_stack},
};

const WRITERS: u64 = 6;

/// The differences between the tally and the rows, for all companies of a database.
async fn db_differences(stack: &Stack, database: &str) -> Vec<String> {
    let sql = "
        with counted as (
            select tenant_id, status, department_id, location, count(*)::bigint as headcount
              from employee
             group by tenant_id, status, department_id, location)
        select tallied::text from (table employee_tally except table counted) as tallied
         union all
        select counted::text from (table counted except table employee_tally) as counted";
    let mut superuser = stack.superuser(database).await;
    let rows = sqlx::query(sql).fetch_all(&mut superuser.0).await.expect("an answer");
    rows.iter().map(|row| row.get(0)).collect()
}

/// P4: concurrent writers, including adding and removing a company, do not deadlock and leave the tally exact.
#[test]
fn concurrent_writers_leave_the_tally_exact() {
    with_stack(async |stack| {
        stack.make_database("totals").await;
        let store = stack.store_as("watertight_app", "totals").await;
        let [acme, betaco] = Company::pair(&store, 31).await;
        let writers = (0..WRITERS).map(|n| {
            let (store, company) =
                (store.clone(), if n % 3 == 0 { betaco.clone() } else { acme.clone() });
            tokio::spawn(async move {
                let mut chance = RandomWrites::new(&company, n);
                for _ in 0..30 {
                    chance.write(&store, &company).await;
                }
            })
        });
        let mut tasks: Vec<_> = writers.collect();
        let (seeding, seeded) = (store.clone(), betaco.clone());
        tasks.push(tokio::spawn(async move {
            for _ in 0..4 {
                seeding.remove_tenant_rows(&seeded.maintenance()).await.expect("removed");
                seeding.add_tenant_rows(&seeded.maintenance(), &seeded.rows).await.expect("added");
            }
        }));
        for task in tasks {
            task.await.expect("no writer panicked");
        }
        assert_eq!(db_differences(stack, "totals").await, Vec::<String>::new());
        stack
            .superuser("totals")
            .await
            .run("update employee_tally set headcount = headcount + 1")
            .await;
        assert!(
            !db_differences(stack, "totals").await.is_empty(),
            "the comparison finds no difference"
        );
    });
}

/// P4: ten thousand rows in one statement, as the demo seed adds them.
#[test]
fn a_seed_of_ten_thousand_is_tallied() {
    with_stack(async |stack| {
        let config = StoreConfig {
            statement_timeout: Duration::from_mins(1),
            ..stack.config("watertight_app", "watertight")
        };
        let store = Store::connect(config).await.expect("the store connects");
        let acme = Company::fresh(&store, 10_000).await;
        let context = acme.as_role(Role::HrAdmin).await;
        let page = store.list_employees(&context, &everyone()).await.expect("a list");
        assert_eq!((page.rows.len(), page.total), (200, 10_000));
    });
}

/// P4: a write that is rolled back does not change the tally.
#[test]
fn a_write_that_fails_leaves_the_total_as_it_was() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let again = store.add_tenant_rows(&acme.maintenance(), &acme.rows).await;
        assert!(matches!(again, Err(Error::Conflict { .. })), "{again:?}");
        let context = acme.as_role(Role::HrAdmin).await;
        let page = store.list_employees(&context, &everyone()).await.expect("a list");
        assert_eq!((page.rows.len(), page.total), (12, 12));
    });
}
