//! I4: the filter compares a parameter that comes from the context, and the policy a setting. If one of them names another tenant, the other one holds.

use domain::{EmployeeId, Role};
use lab::{Faults, Lock};
use sqlx::error::DatabaseError;
use store::{Error, Store};
use uuid::Uuid;

use super::writes::readable_data;
use crate::{
    company::{Company, everyone},
    stack::{Stack, with_stack},
    write::{draft, first, line, rename, today},
};

const PEOPLE: usize = 12;

/// The errors of every kind of read and write at `own`. Fails if one of them returns or changes a row.
async fn errors(store: &Store, own: &Company) -> Vec<Error> {
    let mut errors = Vec::new();
    let mut note = |name: &str, result: Result<bool, Error>| match result {
        Ok(any) => assert!(!any, "{name}: a row was returned or changed"),
        Err(error) => errors.push(error),
    };
    for role in Role::ALL {
        let context = own.as_role(role).await;
        let list = store.list_employees(&context, &everyone()).await;
        note("list_employees", list.map(|page| page.total > 0 || !page.rows.is_empty()));
        for new in &own.rows.employees {
            let found = store.find_employee(&context, new.id).await;
            note("find_employee", found.map(|found| found.is_some()));
        }
        let list = store.list_departments(&context).await;
        let any = list.map(|list| !list.items.is_empty() || !list.locations.is_empty());
        note("list_departments", any);
        note("account", store.account(&context).await.map(|found| found.is_some()));
    }
    for account in &own.rows.accounts {
        let found = store.find_credential(own.tenant, &account.email).await;
        note("find_credential", found.map(|found| found.is_some()));
        let set = store.set_password(own.tenant, account.id, String::new(), None, false).await;
        note("set_password", set);
    }
    let demo = store.demo_tenant(own.tenant).await;
    note("demo_tenant", demo.map(|demo| demo.headcount > 0 || !demo.accounts.is_empty()));

    let (context, id) = (own.as_role(Role::HrAdmin).await, own.rows.employees[9].id);
    let edited = store.edit_employee(&context, id, first(), &rename("X", own)).await;
    note("edit_employee", edited.map(|found| found.is_some()));
    let ended = store.terminate_employee(&context, id, first(), today()).await;
    note("terminate_employee", ended.map(|found| found.is_some()));
    let department = own.rows.departments[1].id;
    let renamed = store.edit_department(&context, department, first(), &line("X")).await;
    note("edit_department", renamed.map(|found| found.is_some()));
    let created = EmployeeId::from_uuid(Uuid::new_v4());
    let created = store.create_employee(&context, created, &draft(own, "X")).await;
    note("create_employee", created.map(|_| true));
    let removed = store.remove_tenant_rows(&own.maintenance()).await;
    note("remove_tenant_rows", removed.map(|()| true));
    errors
}

/// A store whose setting is wrong: it names the company that the store worked for before.
async fn with_a_stale_setting(store: Store, before: &Company) -> (Store, Faults) {
    let faults = Faults::default();
    let store = store.with_faults(faults.clone());
    store.demo_tenant(before.tenant).await.expect("an answer");
    faults.switch_off(Lock::Setting);
    (store, faults)
}

/// I4: the setting is compared with the context when a transaction begins. No statement runs.
#[test]
fn a_transaction_with_a_wrong_setting_does_not_begin() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let [acme, betaco] = Company::twins(&store, PEOPLE).await;
        let data = [readable_data(&store, &acme).await, readable_data(&store, &betaco).await];
        let (wrong, faults) = with_a_stale_setting(stack.store().await, &betaco).await;
        let found = errors(&wrong, &acme).await;
        assert!(found.len() > 50, "{}", found.len());
        for error in found {
            assert!(matches!(error, Error::ForeignSetting), "{error:?}");
        }
        faults.switch_off(Lock::Filter);
        let admin = acme.as_role(Role::HrAdmin).await;
        let listed = wrong.list_employees(&admin, &everyone()).await;
        assert!(matches!(listed, Err(Error::ForeignSetting)), "{listed:?}");
        faults.set(&[]);
        assert_eq!(readable_data(&wrong, &acme).await, data[0]);
        assert_eq!(readable_data(&wrong, &betaco).await, data[1]);
    });
}

/// I4: the policy shows the other company's rows, and the filter removes them. The control: without the filter they come back, and the stamp stops them.
/// Without the stamp too, the caller gets them.
#[test]
fn with_a_wrong_setting_the_filter_finds_no_foreign_row() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let [acme, betaco] = Company::twins(&store, PEOPLE).await;
        let data = [readable_data(&store, &acme).await, readable_data(&store, &betaco).await];
        let (wrong, faults) = with_a_stale_setting(stack.store().await, &betaco).await;
        let wrong = wrong.without_comparison();
        only_writes_fail(&errors(&wrong, &acme).await);

        faults.switch_off(Lock::Filter);
        stopped_by_the_stamp(&wrong, &acme).await;
        faults.switch_off(Lock::Stamp);
        let admin = acme.as_role(Role::HrAdmin).await;
        let rows = wrong.list_employees(&admin, &everyone()).await.expect("a leak").rows;
        assert!(rows.iter().all(|row| row.last_name.contains(&betaco.canary)), "{rows:?}");
        assert_eq!(rows.len(), PEOPLE);
        assert_eq!(readable_data(&store, &acme).await, data[0]);
        assert_eq!(readable_data(&store, &betaco).await, data[1]);
    });
}

/// I4: the filter looks for the other company's rows, and the policy hides them. The control: without the policy they come back, and the stamp stops them.
#[test]
fn with_a_wrong_parameter_the_policy_shows_no_foreign_row() {
    with_stack(async |stack: &'static Stack| {
        let store = stack.store().await;
        let [acme, betaco] = Company::twins(&store, PEOPLE).await;
        let data = [readable_data(&store, &acme).await, readable_data(&store, &betaco).await];
        let wrong = stack.store().await.with_parameter(betaco.tenant);
        only_writes_fail(&errors(&wrong, &acme).await);

        let bypassing = stack.store_as("lab_bypass", "watertight").await;
        stopped_by_the_stamp(&bypassing.with_parameter(betaco.tenant), &acme).await;
        assert_eq!(readable_data(&store, &acme).await, data[0]);
        assert_eq!(readable_data(&store, &betaco).await, data[1]);
    });
}

/// Checks that reads answered without a row, and that the five writes that take the writer lock were refused by the policy's `with check`.
fn only_writes_fail(errors: &[Error]) {
    assert_eq!(errors.len(), 5, "{errors:?}");
    for error in errors {
        let Error::Statement(error) = error else { panic!("{error:?}") };
        let code = error.as_database_error().and_then(DatabaseError::code);
        assert_eq!(code.as_deref(), Some("42501"), "{error:?}");
    }
}

async fn stopped_by_the_stamp(store: &Store, own: &Company) {
    let context = own.as_role(Role::HrAdmin).await;
    let listed = store.list_employees(&context, &everyone()).await;
    assert!(matches!(listed, Err(Error::ForeignRow)), "{listed:?}");
    let found = store.find_employee(&context, own.rows.employees[9].id).await;
    assert!(matches!(found, Err(Error::ForeignRow)), "{found:?}");
    let counted = store.demo_tenant(own.tenant).await;
    assert!(matches!(counted, Err(Error::ForeignRow)), "{counted:?}");
}
