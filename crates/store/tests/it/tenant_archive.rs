//! O8: a tenant is exported, restored and erased as a whole, and no other tenant is touched.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use domain::{SessionPolicy, TenantId, TenantStatus};
use sqlx::{AssertSqlSafe, PgConnection};
use store::{
    ArchiveError, Error, ExportedTenant, NewTenant, TableRows, count_tenant_rows, erase_tenant,
    export_tenant, exported_tables, left_out_tables, restore_tenant,
};
use uuid::Uuid;

use crate::{
    company::Company,
    stack::{Stack, with_stack},
};

const OWNER: &str = "watertight_owner";
const DATABASE: &str = "watertight";

/// The rows of each exported table, in no order.
type Rows = BTreeMap<&'static str, BTreeSet<String>>;

/// One row for each table that the demonstration leaves empty. `$tenant`, `$account` and `$pool` stand for the company's.
const OTHER_ROWS: &str = "
    insert into platform.app_client (tenant_id, pool_id, id, name, flows, scopes) values ($tenant, $pool, $client, 'App', '{code}', '{openid}');
    insert into platform.signing_key (kid, tenant_id, pool_id, token_use, algorithm, public_jwk, sealed, signs_from) values ($client, $tenant, $pool, 'id', 'RS256', '{}', '', now());
    insert into platform.revocation (tenant_id, kind, subject, expires_at) values ($tenant, 'session', 'x', now());
    insert into session.record (key, expires_on, tenant_id, account_id, began_at, fields, idle_until) values ('x', current_date, $tenant, $account, 0, '{}', now());
    insert into session.revoked_account values ($tenant, $account, 0, now());
    insert into external_subject (tenant_id, issuer, subject, account_id) values ($tenant, 'https://idp.example', 'x', $account);
    insert into srp_verifier values ($tenant, $account, '');
    insert into refresh_family (tenant_id, id, account_id, client_id, scopes, authenticated_at, expires_at) values ($tenant, $account, $account, $client, '{}', now(), now() + interval '1 day');
    insert into refresh_token values ($tenant, sha256('x'), $account, 0);
    insert into authorization_code (tenant_id, digest, account_id, client_id, redirect_uri, code_challenge, scopes, authenticated_at, expires_at) values ($tenant, sha256('x'), $account, $client, 'x', 'x', '{}', now(), now());
    insert into answered_challenge values ($tenant, $account, now());
    insert into remembered_device (tenant_id, id, account_id, digest, session_digest, authenticated_at, expires_at) values ($tenant, $account, $account, sha256('x'), 'x', now(), now() + interval '1 day');
    insert into reset_code values ($tenant, $account, sha256('x'), now());
    insert into mail (tenant_id, id, account_id, subject, body) values ($tenant, $account, $account, 'x', 'x');
    insert into widget (tenant_id, id, name, embedded_on, key_digest) values ($tenant, $account, 'x', 'https://x.example', sha256('x'));
    insert into onboarding_form (tenant_id, account_id, sealed) values ($tenant, $account, sha256('form'));
    insert into onboarding_draft (tenant_id, digest, sealed, expires_at) values ($tenant, sha256('x'), '', now());";

/// Two companies whose rows have the same ids, each with a row in every table.
async fn full_twins(stack: &Stack) -> [Company; 2] {
    let twins = Company::twins(&stack.store().await, 40).await;
    let mut superuser = stack.superuser(DATABASE).await;
    for company in &twins {
        let (tenant, account) = (company.tenant, company.rows.accounts[0].id);
        let quoted = |text: String| format!("'{text}'");
        let sql = OTHER_ROWS
            .replace("$tenant", &quoted(tenant.to_string()))
            .replace("$account", &quoted(account.to_string()))
            .replace(
                "$pool",
                &format!("(select id from platform.pool where tenant_id = '{tenant}')"),
            )
            .replace("$client", &quoted(format!("app{}", company.canary)));
        superuser.run(&sql).await;
    }
    twins
}

async fn exported(stack: &Stack, database: &str, tenant: TenantId) -> (ExportedTenant, Rows) {
    let mut rows = Rows::new();
    let mut take = |table, row: &str| {
        assert!(rows.entry(table).or_default().insert(row.to_owned()), "{table}: {row} twice");
        Ok(())
    };
    let exported = export_tenant(&stack.url(OWNER, database), tenant, &mut take).await;
    (exported.expect("it is exported"), rows)
}

fn number(rows: &BTreeSet<String>) -> u64 {
    rows.len() as u64
}

fn restored_as(company: &Company, exported: &ExportedTenant) -> NewTenant {
    NewTenant {
        id: TenantId::from_uuid(Uuid::new_v4()),
        slug: company.slug.clone(),
        name: exported.name.clone(),
        session_policy: SessionPolicy::Strict,
        schema: exported.schema,
    }
}

async fn restore(
    stack: &Stack,
    database: &str,
    tenant: &NewTenant,
    rows: &Rows,
) -> Result<Vec<TableRows>, ArchiveError> {
    let rows = |table| {
        let rows: Vec<_> = rows.get(table).into_iter().flatten().cloned().map(Ok).collect();
        Ok::<_, io::Error>(rows.into_iter())
    };
    restore_tenant(&stack.url(OWNER, database), tenant, rows).await
}

/// Every table of the database with a column `tenant_id`, and how many rows of the tenant it has.
async fn rows_in_the_database(stack: &Stack, tenant: TenantId) -> BTreeMap<String, i64> {
    let superuser: &mut PgConnection = &mut stack.superuser(DATABASE).await.0;
    let sql = "
        select c.oid::regclass::text from pg_class as c join pg_attribute as a on a.attrelid = c.oid
         where a.attname = 'tenant_id' and c.relkind in ('r', 'p') and not c.relispartition";
    let tables: Vec<String> =
        sqlx::query_scalar(sql).fetch_all(&mut *superuser).await.expect("rows");
    let mut counted = BTreeMap::new();
    for table in tables {
        let sql = format!("select count(*) from {table} where tenant_id = $1");
        let count = sqlx::query_scalar(AssertSqlSafe(sql)).bind(tenant.as_uuid());
        counted.insert(table, count.fetch_one(&mut *superuser).await.expect("a count"));
    }
    counted
}

/// O8: an export has all rows of the tenant in the tables of an archive, and no row of its twin. Each table is either in an archive or left out with a reason.
#[test]
fn an_export_has_the_rows_of_one_tenant_only() {
    with_stack(async |stack| {
        let twins = full_twins(stack).await;
        let archived: BTreeSet<&str> = exported_tables().into_iter().collect();
        let left_out: BTreeSet<&str> = left_out_tables().iter().map(|left| left.table).collect();
        assert!(archived.is_disjoint(&left_out));
        for (own, other) in [(&twins[0], &twins[1]), (&twins[1], &twins[0])] {
            let (exported, rows) = exported(stack, DATABASE, own.tenant).await;
            assert_eq!(exported.name, format!("Company {}", own.canary));
            for (table, count) in rows_in_the_database(stack, own.tenant).await {
                assert!(count > 0, "the control: `{table}` has rows");
                let found = rows.get(table.as_str()).map(number);
                let expected = archived.contains(table.as_str()).then_some(count.unsigned_abs());
                assert_eq!(found, expected, "{table}");
                assert!(archived.contains(table.as_str()) || left_out.contains(table.as_str()));
            }
            let counted = exported.rows.iter().map(|one| (one.table, one.rows));
            assert!(
                counted
                    .eq(exported_tables().into_iter().map(|table| (table, number(&rows[table]))))
            );
            let all = rows.values().flatten().cloned().collect::<String>();
            assert!(all.contains(&own.canary) && !all.contains(&other.canary));
            assert!(!all.contains(&own.tenant.to_string()), "the tenant is not in the rows");
        }
    });
}

/// O8: a tenant that is restored in another installation has the rows of the archive, and is suspended. Where the tenant is already, nothing is restored.
#[test]
fn a_restored_tenant_has_the_rows_of_the_archive() {
    with_stack(async |stack| {
        let [acme, _] = full_twins(stack).await;
        let (described, rows) = exported(stack, DATABASE, acme.tenant).await;
        let other = format!("other_{}", Uuid::new_v4().simple());
        stack.make_database(&other).await;
        let new = restored_as(&acme, &described);
        let restored = restore(stack, &other, &new, &rows).await.expect("it is restored");
        assert_eq!(restored, described.rows);
        let (again, rows_again) = exported(stack, &other, new.id).await;
        assert_eq!(rows_again, rows);
        assert_eq!(
            (again.name.as_str(), again.session_policy.as_str()),
            (&*described.name, "strict")
        );
        let store = stack.store_as("watertight_app", &other).await;
        let found = store.tenant(new.id).await.expect("an answer").expect("the tenant");
        assert_eq!(found.status, TenantStatus::Suspended);
        // What PostgreSQL counts by itself fits the employees.
        let mut superuser = stack.superuser(&other).await.0;
        let tally = "select sum(headcount)::bigint from employee_tally";
        let tally: i64 = sqlx::query_scalar(tally).fetch_one(&mut superuser).await.expect("a sum");
        assert_eq!(tally.unsigned_abs(), number(&rows["employee"]));

        let taken = restore(stack, &other, &restored_as(&acme, &described), &rows).await;
        assert!(matches!(taken, Err(ArchiveError::Store(Error::SlugTaken))), "{taken:?}");
        let slug = format!("{}x", &acme.canary[..20]).parse().expect("a label");
        let beside = NewTenant { slug, ..restored_as(&acme, &described) };
        let refused = restore(stack, &other, &beside, &rows).await;
        let is_conflict = |error: &Error| matches!(error, Error::Conflict { .. });
        assert!(
            matches!(&refused, Err(ArchiveError::Rows { table: "platform.pool", source }) if is_conflict(source)),
            "{refused:?}"
        );
        assert_eq!(
            store.tenant(beside.id).await.expect("an answer"),
            None,
            "nothing is left of it"
        );
        let older = NewTenant { schema: described.schema - 1, ..restored_as(&acme, &described) };
        let refused = restore(stack, &other, &older, &rows).await;
        assert!(matches!(refused, Err(ArchiveError::Schema { .. })), "{refused:?}");
    });
}

/// O8: an archive cannot write into another tenant: a row that names one becomes a row of the restored tenant.
#[test]
fn a_changed_archive_reaches_no_other_tenant() {
    with_stack(async |stack| {
        let [acme, betaco] = full_twins(stack).await;
        let (described, mut rows) = exported(stack, DATABASE, acme.tenant).await;
        let before = exported(stack, DATABASE, betaco.tenant).await;
        let planted = format!(
            r#"{{"tenant_id": "{}", "id": "{}", "name": "Planted", "name_key": "planted", "version": 1}}"#,
            betaco.tenant,
            Uuid::new_v4()
        );
        rows.get_mut("department").expect("rows").insert(planted);
        let store = stack.store().await;
        store.set_tenant_status(acme.tenant, TenantStatus::Deleted).await.expect("set");
        erase_tenant(&stack.url(OWNER, DATABASE), acme.tenant).await.expect("it is erased");
        let new = restored_as(&acme, &described);
        restore(stack, DATABASE, &new, &rows).await.expect("it is restored");
        let (_, restored) = exported(stack, DATABASE, new.id).await;
        assert_eq!(restored["department"].len(), rows["department"].len());
        assert_eq!(exported(stack, DATABASE, betaco.tenant).await, before);
    });
}

/// O8: erasing leaves no row of the tenant in any table, says how many there were, and changes no row of its twin.
#[test]
fn an_erased_tenant_leaves_no_row() {
    with_stack(async |stack| {
        let (store, [acme, betaco]) = (stack.store().await, full_twins(stack).await);
        let owner = stack.url(OWNER, DATABASE);
        let before = rows_in_the_database(stack, acme.tenant).await;
        let active = erase_tenant(&owner, acme.tenant).await;
        assert!(matches!(active, Err(ArchiveError::Active)), "{active:?}");
        assert_eq!(rows_in_the_database(stack, acme.tenant).await, before);

        store.set_tenant_status(acme.tenant, TenantStatus::Suspended).await.expect("set");
        let other = (
            exported(stack, DATABASE, betaco.tenant).await,
            rows_in_the_database(stack, betaco.tenant).await,
        );
        let counted = count_tenant_rows(&owner, acme.tenant).await.expect("a count");
        let counted = counted.iter().map(|one| (one.table.to_owned(), one.rows.cast_signed()));
        assert_eq!(counted.collect::<BTreeMap<_, _>>(), before);
        let erased = erase_tenant(&owner, acme.tenant).await.expect("it is erased");
        for TableRows { table, rows } in erased {
            // The tally empties itself while the employees are deleted.
            let there = before.get(table).map_or(1, |rows| rows.unsigned_abs());
            assert!(rows == there || table == "employee_tally" && rows == 0, "{table}: {rows}");
        }
        let after = rows_in_the_database(stack, acme.tenant).await;
        assert!(after.values().all(|rows| *rows == 0), "{after:?}");
        assert_eq!(store.tenant(acme.tenant).await.expect("an answer"), None);
        let now = (
            exported(stack, DATABASE, betaco.tenant).await,
            rows_in_the_database(stack, betaco.tenant).await,
        );
        assert_eq!(now, other);
        let again = erase_tenant(&owner, acme.tenant).await;
        assert!(matches!(again, Err(ArchiveError::Absent)), "{again:?}");
    });
}

/// O8: the pool of an erased tenant gives its id to no other tenant, whose name may be the same: applications may still trust its issuer. A restored tenant gets
/// it back.
#[test]
fn an_erased_tenant_keeps_the_id_of_its_pool() {
    with_stack(async |stack| {
        let (store, [acme, _]) = (stack.store().await, full_twins(stack).await);
        let name = format!("Company {}", acme.canary);
        let pool_of = async |tenant| {
            let pools = store.pools().await.expect("pools");
            pools.into_iter().find(|pool| pool.tenant == tenant).expect("its pool").id
        };
        let (pool, (described, rows)) =
            (pool_of(acme.tenant).await, exported(stack, DATABASE, acme.tenant).await);
        store.set_tenant_status(acme.tenant, TenantStatus::Deleted).await.expect("set");
        erase_tenant(&stack.url(OWNER, DATABASE), acme.tenant).await.expect("it is erased");
        let successor = store.create_tenant(&acme.slug, &name).await.expect("the slug is free");
        assert_ne!(pool_of(successor).await, pool);
        let slug = format!("{}x", &acme.canary[..20]).parse().expect("a label");
        let new = NewTenant { slug, ..restored_as(&acme, &described) };
        restore(stack, DATABASE, &new, &rows).await.expect("it is restored");
        assert_eq!(pool_of(new.id).await, pool);
    });
}

/// O8: a table of tenants that this version does not know is an error, so that no row is forgotten.
#[test]
fn an_unknown_table_of_tenants_is_refused() {
    with_stack(async |stack| {
        let database = format!("other_{}", Uuid::new_v4().simple());
        stack.make_database(&database).await;
        stack.superuser(&database).await.run("create table extra (tenant_id uuid)").await;
        let (owner, tenant) = (stack.url(OWNER, &database), TenantId::from_uuid(Uuid::new_v4()));
        let refused = [
            export_tenant(&owner, tenant, &mut |_, _| Ok(())).await.err(),
            count_tenant_rows(&owner, tenant).await.err(),
            erase_tenant(&owner, tenant).await.err(),
        ];
        for error in refused {
            assert!(
                matches!(&error, Some(ArchiveError::UnknownTable(table)) if table == "extra"),
                "{error:?}"
            );
        }
    });
}
