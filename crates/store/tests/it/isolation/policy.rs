//! I4: what PostgreSQL itself refuses, tested with a plain connection instead of the store.

use sqlx::{AssertSqlSafe, Executor, PgConnection, error::DatabaseError};
use store::Error;
use uuid::Uuid;

use crate::{
    company::Company,
    stack::{Stack, with_stack},
};

const TABLES: [&str; 6] =
    ["department", "employee", "employee_term", "account", "employee_counter", "employee_tally"];

/// A plain connection of the app role, inside a transaction that is bound to the company.
async fn bound_to(stack: &Stack, company: &Company) -> PgConnection {
    let mut connection = stack.connection("watertight_app", "watertight").await;
    bind(&mut connection, company).await;
    connection
}

async fn bind(connection: &mut PgConnection, company: &Company) {
    connection.execute("begin").await.expect("begun");
    let bind = sqlx::query("select set_config('app.tenant_id', $1, true)")
        .bind(company.tenant.to_string());
    bind.execute(connection).await.expect("bound");
}

/// The SQLSTATE with which a statement is refused; `None` if it succeeds.
async fn refusal(connection: &mut PgConnection, sql: &str) -> Option<String> {
    connection.execute("savepoint before").await.expect("in a transaction");
    let refused = connection.execute(AssertSqlSafe(sql)).await.err();
    connection.execute("rollback to savepoint before").await.expect("in a transaction");
    refused.as_ref()?.as_database_error()?.code().map(|code| code.to_string())
}

async fn tenants_in(connection: &mut PgConnection, table: &str) -> Vec<Uuid> {
    let sql = AssertSqlSafe(format!("select distinct tenant_id from {table}"));
    sqlx::query_scalar(sql).fetch_all(connection).await.expect("an answer")
}

/// I4: a query whose author forgot the tenant.
#[test]
fn a_raw_select_without_where_returns_own_rows_only() {
    with_stack(async |stack| {
        let [acme, _betaco] = Company::pair(&stack.store().await, 12).await;
        let mut connection = bound_to(stack, &acme).await;
        for table in TABLES {
            assert_eq!(
                tenants_in(&mut connection, table).await,
                [acme.tenant.as_uuid()],
                "{table}"
            );
        }
    });
}

/// I4: an unbound connection gets an error instead of an empty result, whether it is fresh or was bound before.
#[test]
fn an_unbound_connection_gets_an_error_and_no_rows() {
    with_stack(async |stack| {
        let acme = Company::fresh(&stack.store().await, 12).await;
        let mut connection = stack.connection("watertight_app", "watertight").await;
        for (table, code) in
            TABLES.into_iter().flat_map(|table| [(table, "42704"), (table, "22P02")])
        {
            if code == "22P02" {
                bind(&mut connection, &acme).await;
                connection.execute("commit").await.expect("committed");
            } else {
                connection = stack.connection("watertight_app", "watertight").await;
            }
            let sql = AssertSqlSafe(format!("select * from {table}"));
            let error = connection.execute(sql).await.expect_err("unbound");
            assert_eq!(
                error.as_database_error().and_then(DatabaseError::code).as_deref(),
                Some(code)
            );
            assert!(matches!(Error::from(error), Error::Unbound), "{table}");
        }
    });
}

/// I4: the policy's WITH CHECK.
#[test]
fn a_row_cannot_be_written_for_or_moved_to_another_tenant() {
    with_stack(async |stack| {
        let [acme, betaco] = Company::pair(&stack.store().await, 12).await;
        let mut connection = bound_to(stack, &acme).await;
        let (own, foreign) = (acme.tenant, betaco.tenant);
        for (sql, expected) in [
            (
                format!("insert into department values ('{foreign}', gen_random_uuid(), 'x', 'x')"),
                Some("42501"),
            ),
            (format!("insert into department values ('{own}', gen_random_uuid(), 'x', 'x')"), None),
            (format!("update account set tenant_id = '{foreign}'"), Some("42501")),
            (format!("update employee_tally set tenant_id = '{foreign}'"), Some("42501")),
            (
                format!(
                    "insert into employee_term select '{foreign}', term, employee_id from employee_term"
                ),
                Some("42501"),
            ),
        ] {
            assert_eq!(refusal(&mut connection, &sql).await.as_deref(), expected, "{sql}");
        }
    });
}

/// I4: foreign keys are checked without policies, so they include the tenant.
#[test]
fn a_foreign_key_cannot_reference_another_tenant() {
    with_stack(async |stack| {
        let [acme, betaco] = Company::pair(&stack.store().await, 12).await;
        let mut connection = bound_to(stack, &acme).await;
        let (stranger, department) = (betaco.rows.employees[3].id, &betaco.rows.departments[0]);
        for sql in [
            format!("update employee set manager_id = '{stranger}' where number = 1005"),
            format!("update employee set department_id = '{}' where number = 1005", department.id),
            format!("update account set employee_id = '{stranger}'"),
            format!("insert into employee_term values ('{}', 'x', '{stranger}')", acme.tenant),
        ] {
            assert_eq!(refusal(&mut connection, &sql).await.as_deref(), Some("23503"), "{sql}");
        }
        let own = format!(
            "update employee set manager_id = '{}' where number = 1005",
            acme.rows.employees[3].id
        );
        assert_eq!(refusal(&mut connection, &own).await, None);
    });
}

/// I4: `update` and `delete` without `where`.
#[test]
fn a_raw_update_or_delete_without_where_touches_own_rows_only() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let [acme, betaco] = Company::pair(&store, 12).await;
        let mut connection = bound_to(stack, &acme).await;
        let updated =
            connection.execute("update account set disabled = true").await.expect("own rows");
        assert_eq!(updated.rows_affected(), acme.rows.accounts.len() as u64);
        let deleted = connection.execute("delete from employee_term").await.expect("own rows");
        assert!(deleted.rows_affected() > 0);
        connection.execute("commit").await.expect("committed");

        let accounts = store.demo_tenant(betaco.tenant).await.expect("an answer").accounts;
        assert_eq!(accounts.len(), betaco.rows.accounts.len());
        let mut other = bound_to(stack, &betaco).await;
        assert_eq!(tenants_in(&mut other, "employee_term").await, [betaco.tenant.as_uuid()]);
    });
}

/// I4: policies do not cover TRUNCATE, so no role has that privilege. The app role and the platform role share no table.
#[test]
fn neither_role_can_truncate_or_reach_the_others_tables() {
    with_stack(async |stack| {
        let acme = Company::fresh(&stack.store().await, 1).await;
        let mut app = bound_to(stack, &acme).await;
        let mut platform = stack.connection("watertight_platform", "watertight").await;
        platform.execute("begin").await.expect("begun");
        for table in TABLES {
            assert_eq!(
                refusal(&mut app, &format!("truncate {table} cascade")).await.as_deref(),
                Some("42501")
            );
            let read = format!("select * from public.{table}");
            assert_eq!(refusal(&mut platform, &read).await.as_deref(), Some("42501"), "{table}");
        }
        for sql in [
            "select * from platform.tenant",
            "create table public.t ()",
            "create temporary table employee ()",
        ] {
            assert_eq!(refusal(&mut app, sql).await.as_deref(), Some("42501"), "{sql}");
        }
    });
}

/// I4: FORCE: the owner is subject to the policies too, so a data migration sees one company at a time.
#[test]
fn the_policies_apply_to_the_owner_too() {
    with_stack(async |stack| {
        let [acme, betaco] = Company::pair(&stack.store().await, 12).await;
        let mut owner = stack.connection("watertight_owner", "watertight").await;
        let error = owner.execute("select * from employee").await.expect_err("unbound");
        assert!(matches!(Error::from(error), Error::Unbound));
        owner.execute("begin").await.expect("begun");
        for company in [&acme, &betaco] {
            let bind = sqlx::query("select app.as_tenant($1)").bind(company.tenant.as_uuid());
            bind.execute(&mut owner).await.expect("bound");
            for table in TABLES {
                assert_eq!(
                    tenants_in(&mut owner, table).await,
                    [company.tenant.as_uuid()],
                    "{table}"
                );
            }
        }
    });
}
