//! Test cases that must hold with either lock alone: lists, searches, lookups, sign-ins.

use domain::{Direction, EmployeeQuery, EmployeeSort, Role, SortColumn};
use serde::Serialize;
use store::Store;

use crate::company::{Company, everyone, location};

const PEOPLE: usize = 31;

pub(super) async fn a_list_contains_own_rows_in_every_order(store: &Store) {
    let [acme, betaco] = Company::pair(store, PEOPLE).await;
    for column in SortColumn::ALL {
        for direction in [Direction::Ascending, Direction::Descending] {
            let query = EmployeeQuery { sort: EmployeeSort { column, direction }, ..everyone() };
            let page = store
                .list_employees(&acme.as_role(Role::HrAdmin).await, &query)
                .await
                .expect("a list");
            assert_eq!((page.rows.len(), page.total), (PEOPLE, PEOPLE as u64), "{}", query.sort);
            assert_only(&acme, &betaco, &page.rows);
        }
    }
}

pub(super) async fn a_search_finds_no_row_of_another_tenant(store: &Store) {
    let [acme, betaco] = Company::pair(store, PEOPLE).await;
    for (words, found) in [
        (vec!["anna"], 4),
        (vec!["1000"], 1),
        (vec!["person3"], 2),
        (vec!["anna", "gross"], 1),
        (vec![betaco.canary.as_str()], 0),
        (vec!["anna", betaco.canary.as_str()], 0),
    ] {
        let query = EmployeeQuery {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            ..everyone()
        };
        let page =
            store.list_employees(&acme.as_role(Role::HrAdmin).await, &query).await.expect("a list");
        assert_eq!((page.rows.len(), page.total), (found, found as u64), "{words:?}");
        assert_only(&acme, &betaco, &page.rows);
    }
}

pub(super) async fn a_foreign_department_or_location_matches_no_row(store: &Store) {
    let [acme, betaco] = Company::pair(store, PEOPLE).await;
    let context = acme.as_role(Role::HrAdmin).await;
    let by_department =
        EmployeeQuery { department: Some(betaco.rows.departments[0].id), ..everyone() };
    let by_location = EmployeeQuery {
        location: Some(location(&betaco.rows.employees[0].location)),
        ..everyone()
    };
    for query in [by_department, by_location] {
        let page = store.list_employees(&context, &query).await.expect("a list");
        assert_eq!((page.rows.len(), page.total), (0, 0));
    }
}

pub(super) async fn a_foreign_employee_is_not_found(store: &Store) {
    let [acme, betaco] = Company::pair(store, PEOPLE).await;
    let context = acme.as_role(Role::HrAdmin).await;
    for (own, foreign) in acme.rows.employees.iter().zip(&betaco.rows.employees) {
        let view = store.find_employee(&context, own.id).await.expect("an answer").expect("own");
        assert_only(&acme, &betaco, &view);
        assert_eq!(store.find_employee(&context, foreign.id).await.expect("an answer"), None);
    }
}

pub(super) async fn a_foreign_manager_id_has_an_empty_subtree(store: &Store) {
    let [acme, betaco] = Company::pair(store, PEOPLE).await;
    let foreign = betaco.account(Role::Manager);
    for role in [Role::Manager, Role::Employee] {
        let context = acme.signed_in(foreign.id, foreign.employee, role).await;
        let page = store.list_employees(&context, &everyone()).await.expect("a list");
        assert_eq!((page.rows.len(), page.total), (0, 0));
        assert!(store.list_departments(&context).await.expect("a list").items.is_empty());
    }
}

pub(super) async fn only_own_departments_and_locations_are_listed(store: &Store) {
    let [acme, betaco] = Company::pair(store, PEOPLE).await;
    for role in Role::ALL {
        let departments = store.list_departments(&acme.as_role(role).await).await.expect("a list");
        assert!(!departments.items.is_empty() && !departments.locations.is_empty());
        assert_only(&acme, &betaco, &departments);
    }
    let all = store.list_departments(&acme.as_role(Role::HrAdmin).await).await.expect("a list");
    let employed = acme.rows.employees.iter().filter(|new| new.ended_on.is_none()).count();
    assert_eq!(
        all.items.iter().map(|department| department.headcount).sum::<u64>(),
        employed as u64
    );
}

pub(super) async fn one_address_signs_in_at_each_tenant_with_its_own_account(store: &Store) {
    let pair = Company::pair(store, PEOPLE).await;
    for company in &pair {
        let account = company.account(Role::HrAdmin);
        let found = store
            .find_credential(company.tenant, &account.email)
            .await
            .expect("an answer")
            .expect("there");
        assert_eq!(
            (found.account, found.employee, found.role),
            (account.id, account.employee, Role::HrAdmin)
        );
        assert_eq!(found.password_hash, account.password_hash);
    }
}

pub(super) async fn an_address_of_another_tenant_does_not_sign_in(store: &Store) {
    let [acme, betaco] = Company::pair(store, PEOPLE).await;
    let foreign = &betaco.account(Role::Auditor).email;
    assert!(store.find_credential(acme.tenant, foreign).await.expect("an answer").is_none());
    assert!(store.find_credential(betaco.tenant, foreign).await.expect("an answer").is_some());
}

pub(super) async fn a_demonstration_shows_own_employees_and_accounts(store: &Store) {
    let [acme, betaco] = Company::pair(store, PEOPLE).await;
    let employed = acme.rows.employees.iter().filter(|new| new.ended_on.is_none()).count();
    let demo = store.demo_tenant(acme.tenant).await.expect("an answer");
    assert_eq!(demo.headcount, employed as u64);
    assert_eq!(demo.accounts.iter().map(|account| account.role).collect::<Vec<_>>(), Role::ALL);
    for account in &demo.accounts {
        assert!(account.name.contains(&acme.canary) && !account.name.contains(&betaco.canary));
    }
}

pub(super) async fn an_account_of_another_tenant_is_not_found(store: &Store) {
    let [acme, betaco] = Company::pair(store, PEOPLE).await;
    let own =
        store.account(&acme.as_role(Role::HrAdmin).await).await.expect("an answer").expect("own");
    assert_eq!(own.user_number, Some(acme.rows.employees[0].number));
    let foreign = betaco.account(Role::HrAdmin).id;
    let context = acme.signed_in(foreign, None, Role::HrAdmin).await;
    assert!(store.account(&context).await.expect("an answer").is_none());
}

pub(super) async fn removing_a_tenant_does_not_change_the_other(store: &Store) {
    let [acme, betaco] = Company::pair(store, PEOPLE).await;
    store.remove_tenant_rows(&acme.maintenance()).await.expect("removed");
    let of = async |company: &Company| {
        let context = company.as_role(Role::HrAdmin).await;
        let list = store.list_employees(&context, &everyone()).await.expect("a list").total;
        let search = EmployeeQuery { words: vec!["person".to_owned()], ..everyone() };
        let found = store.list_employees(&context, &search).await.expect("a list").total;
        let departments = store.list_departments(&context).await.expect("a list").items.len();
        let accounts = store.demo_tenant(company.tenant).await.expect("an answer").accounts.len();
        (list, found, departments, accounts)
    };
    assert_eq!(of(&acme).await, (0, 0, 0, 0));
    assert_eq!(
        of(&betaco).await,
        (PEOPLE as u64, PEOPLE as u64, betaco.rows.departments.len(), Role::ALL.len())
    );
    store.add_tenant_rows(&acme.maintenance(), &acme.rows).await.expect("the same rows again");
    assert_eq!(of(&acme).await.0, PEOPLE as u64);
}

/// Checks that the answer contains texts of `own` and none of `foreign`.
pub(super) fn assert_only<T: Serialize>(own: &Company, foreign: &Company, answer: &T) {
    let text = serde_json::to_string(answer).expect("it is JSON");
    assert!(!text.contains(&foreign.canary), "a row of another company: {text}");
    assert!(text == "[]" || text.contains(&own.canary), "no row of the own company: {text}");
}
