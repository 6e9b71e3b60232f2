//! The startup audit: names every missing lock. Each test has its own database.

use std::sync::atomic::{AtomicU32, Ordering};

use store::{AuditError, Store, StoreConfig};

use crate::stack::{Stack, with_stack};

static DATABASES: AtomicU32 = AtomicU32::new(0);

/// A database in which a test breaks something.
struct AuditedDatabase {
    stack: &'static Stack,
    database: String,
}

impl AuditedDatabase {
    async fn intact(stack: &'static Stack) -> Self {
        let database = format!("audit_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        stack.make_database(&database).await;
        Self { stack, database }
    }

    async fn after(stack: &'static Stack, sql: &str) -> Self {
        let audited = Self::intact(stack).await;
        stack.superuser(&audited.database).await.run(sql).await;
        audited
    }

    /// The report of the audit as text; empty if it finds nothing.
    async fn audit_report(&self) -> String {
        self.audit_report_as(self.stack.config("watertight_app", &self.database)).await
    }

    async fn audit_report_as(&self, config: StoreConfig) -> String {
        let store = Store::connect(config).await.expect("the store connects");
        match store.audit().await {
            Ok(()) => String::new(),
            Err(refused @ AuditError::Refused(_)) => refused.to_string(),
            Err(failed @ AuditError::Failed(_)) => panic!("{failed:?}"),
        }
    }
}

/// Checks that the report has exactly the expected findings, each with a hint.
fn assert_names(report: &str, expected: &[&str]) {
    assert!(report.starts_with("this database is not safe to serve\n- "), "{report}");
    for words in expected {
        assert!(report.contains(words), "`{words}` is not in: {report}");
    }
    assert_eq!(report.matches("\n- ").count(), expected.len(), "{report}");
    assert_eq!(report.matches("\nhint: ").count(), expected.len(), "{report}");
}

#[test]
fn a_database_made_by_bootstrap_and_migrations_is_served() {
    with_stack(async |stack| {
        assert_eq!(AuditedDatabase::intact(stack).await.audit_report().await, "");
    });
}

/// A superuser bypasses even forced policies, so other findings about the role are not reported.
#[test]
fn a_superuser_is_refused() {
    with_stack(async |stack| {
        let audited = AuditedDatabase::intact(stack).await;
        let report = audited.audit_report_as(stack.config("postgres", &audited.database)).await;
        assert_names(&report, &["role `postgres` is a superuser", "role `postgres` has BYPASSRLS"]);
    });
}

#[test]
fn a_platform_role_that_is_a_superuser_is_refused() {
    with_stack(async |stack| {
        let audited = AuditedDatabase::intact(stack).await;
        let mut config = stack.config("watertight_app", &audited.database);
        config.platform_url = stack.url("postgres", &audited.database);
        let report = audited.audit_report_as(config).await;
        assert_names(&report, &["role `postgres` is a superuser", "role `postgres` has BYPASSRLS"]);
    });
}

#[test]
fn a_role_with_bypassrls_is_refused() {
    with_stack(async |stack| {
        let grant = "grant connect on database %db to lab_bypass";
        let audited = AuditedDatabase::intact(stack).await;
        stack
            .superuser(&audited.database)
            .await
            .run(&grant.replace("%db", &audited.database))
            .await;
        let report = audited.audit_report_as(stack.config("lab_bypass", &audited.database)).await;
        assert_names(&report, &["role `lab_bypass` has BYPASSRLS"]);
    });
}

/// Connecting as the owner by mistake is the most likely way to lose the policies later.
#[test]
fn the_owner_and_its_members_are_refused() {
    with_stack(async |stack| {
        let audited = AuditedDatabase::after(
            stack,
            "create role audit_member login password 'audit_member' in role watertight_app, watertight_owner;
             create role audit_maker login createrole password 'audit_maker' in role watertight_app",
        )
        .await;
        for role in ["watertight_owner", "audit_member"] {
            let report = audited.audit_report_as(stack.config(role, &audited.database)).await;
            for words in [
                format!(
                    "role `{role}` is `watertight_owner` or a member of it, the owner of `account`"
                ),
                format!("role `{role}` may TRUNCATE `employee`"),
                format!("role `{role}` may create objects in schema `public`"),
            ] {
                assert!(report.contains(&words), "`{words}` is not in: {report}");
            }
        }
        let grant = format!("grant connect on database {} to audit_maker", audited.database);
        stack.superuser(&audited.database).await.run(&grant).await;
        let report = audited.audit_report_as(stack.config("audit_maker", &audited.database)).await;
        assert_names(&report, &["role `audit_maker` has CREATEROLE or REPLICATION"]);
    });
}

#[test]
fn a_member_of_a_role_that_bypasses_policies_is_refused() {
    with_stack(async |stack| {
        let audited = AuditedDatabase::after(
            stack,
            "create role audit_nested login password 'audit_nested' in role watertight_app, lab_bypass",
        )
        .await;
        let grant = format!("grant connect on database {} to audit_nested", audited.database);
        stack.superuser(&audited.database).await.run(&grant).await;
        let report = audited.audit_report_as(stack.config("audit_nested", &audited.database)).await;
        assert_names(&report, &["role `audit_nested` is a member of `lab_bypass`"]);
    });
}

/// Each broken lock causes one finding with a hint.
#[test]
fn each_missing_lock_of_a_table_is_named() {
    with_stack(async |stack| {
        for (broken, expected) in [
            ("alter table employee disable row level security", "table `employee` has row-level security not enabled"),
            ("alter table account no force row level security", "table `account` has row-level security not forced"),
            ("drop policy tenant on department", "table `department` has no policy for every command"),
            (
                "drop policy tenant on department;
                 create policy tenant on department for select using (tenant_id = app.tenant_id());
                 alter policy tenant on department to watertight_app",
                "table `department` has no policy for every command",
            ),
            (
                "drop policy tenant on account; create policy tenant on account using (tenant_id = app.tenant_id())",
                "policy `tenant` of `account` has no WITH CHECK",
            ),
            (
                "drop policy tenant on account; create policy tenant on account with check (tenant_id = app.tenant_id())",
                "policy `tenant` of `account` has no USING",
            ),
            (
                "alter policy tenant on employee using (tenant_id = app.tenant_id() or number = 1)",
                "policy `tenant` of `employee` has a condition other than `tenant_id = app.tenant_id()`",
            ),
            (
                "alter policy tenant on employee with check (true)",
                "policy `tenant` of `employee` has a condition other than `tenant_id = app.tenant_id()`",
            ),
            (
                "create or replace function app.tenant_id() returns uuid language sql stable
                     as $$ select coalesce(current_setting('app.tenant_id', true)::uuid, gen_random_uuid()) $$",
                "the function `app.tenant_id()` is missing or differs from the migrations",
            ),
            ("create table note (id int)", "table `note` has no column `tenant_id`"),
            (
                "create table note (tenant_id text not null);
                 alter table note enable row level security;
                 alter table note force row level security;
                 create policy tenant on note using (tenant_id = app.tenant_id()::text)
                                        with check (tenant_id = app.tenant_id()::text)",
                "column `tenant_id` of table `note` is not `uuid not null`",
            ),
        ] {
            let report = AuditedDatabase::after(stack, broken).await.audit_report().await;
            assert!(report.contains(expected), "`{expected}` is not in: {report}");
        }
    });
}

#[test]
fn a_second_permissive_policy_is_refused_and_a_restrictive_one_is_not() {
    with_stack(async |stack| {
        let second = "create policy generous on employee using (true) with check (true)";
        let report = AuditedDatabase::after(stack, second).await.audit_report().await;
        assert_names(
            &report,
            &[
                "table `employee` has a second permissive policy",
                "policy `generous` of `employee` has a condition other than `tenant_id = app.tenant_id()`",
            ],
        );
        let narrower = "create policy narrower on employee as restrictive using (number > 0)";
        assert_eq!(AuditedDatabase::after(stack, narrower).await.audit_report().await, "");
    });
}

#[test]
fn views_and_functions_with_their_owners_rights_are_refused() {
    with_stack(async |stack| {
        let sql = "
            create view everyone as select * from employee;
            create view own_people with (security_invoker = on) as select * from employee;
            create materialized view counted as select count(*) from employee;
            create function app.everyone() returns setof employee language sql security definer
                as $$ select * from employee $$";
        let report = AuditedDatabase::after(stack, sql).await.audit_report().await;
        assert_names(
            &report,
            &[
                "view `everyone` is not security_invoker",
                "`counted` is a materialized view",
                "function `app.everyone()` is SECURITY DEFINER",
            ],
        );
    });
}

#[test]
fn grants_that_no_request_needs_are_refused() {
    with_stack(async |stack| {
        let audited = AuditedDatabase::intact(stack).await;
        let sql = format!(
            "grant truncate on employee to watertight_app;
             grant select (name) on platform.tenant to watertight_app;
             grant select on account to watertight_platform;
             grant create on schema public to watertight_app;
             grant temporary on database {} to public",
            audited.database
        );
        stack.superuser(&audited.database).await.run(&sql).await;
        assert_names(
            &audited.audit_report().await,
            &[
                "role `watertight_app` may TRUNCATE `employee`",
                "the app role has grants on `platform.tenant`",
                "the platform role has grants on `account`",
                "role `watertight_app` may create objects in schema `public`",
                "role `watertight_app` may create schemas or temporary tables",
                "role `watertight_platform` may create schemas or temporary tables",
            ],
        );
    });
}

#[test]
fn keys_without_the_tenant_are_refused() {
    with_stack(async |stack| {
        let sql = "
            create unique index account_email_everywhere on account (email);
            create table note (
                tenant_id uuid not null,
                id        uuid not null unique,
                author_id uuid,
                primary key (tenant_id, id),
                foreign key (tenant_id, author_id) references employee (tenant_id, id) on delete set null
            );
            create table reply (
                tenant_id uuid not null,
                id        uuid not null,
                note_id   uuid not null references note (id),
                author_id uuid,
                primary key (tenant_id, id),
                foreign key (tenant_id, author_id) references employee (tenant_id, id) on delete set null (author_id)
            );
            select app.enforce_tenant('note'), app.enforce_tenant('reply')";
        assert_names(
            &AuditedDatabase::after(stack, sql).await.audit_report().await,
            &[
                "unique key `account_email_everywhere` of `account` does not begin with `tenant_id`",
                "unique key `note_id_key` of `note` does not begin with `tenant_id`",
                "foreign key `reply_note_id_fkey` of `reply` does not pair `tenant_id` with `tenant_id`",
                "foreign key `note_tenant_id_author_id_fkey` of `note` would set `tenant_id` itself to null",
            ],
        );
    });
}

/// A database without migrations is refused with a finding instead of an SQL error.
#[test]
fn an_empty_database_is_refused() {
    with_stack(async |stack| {
        let audited = AuditedDatabase::after(
            stack,
            "drop schema app, platform cascade; drop table onboarding_draft, onboarding_form, answered_challenge, external_subject, mail, reset_code, remembered_device, widget, authorization_code, srp_verifier, refresh_token, refresh_family, account, employee_term, employee, employee_tally, department, employee_counter",
        )
        .await;
        assert_names(&audited.audit_report().await, &["the function `app.tenant_id()` is missing"]);
    });
}
