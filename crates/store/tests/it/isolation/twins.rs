//! Test cases that must hold with either lock alone: two companies whose rows have the same ids.

use std::collections::BTreeSet;

use domain::{EmployeeId, EmployeeQuery, EmployeeScope, EmploymentStatus, Role};
use store::{NewEmployee, Store};
use tenancy::TenantContext;

use super::suite::assert_only;
use crate::company::{Company, everyone};

const PEOPLE: usize = 40;

/// The employees that the viewer may see, computed from the inserted rows.
fn visible<'c>(company: &'c Company, context: &TenantContext) -> Vec<&'c NewEmployee> {
    let ids: BTreeSet<EmployeeId> = match context.visibility().scope() {
        EmployeeScope::All => company.rows.employees.iter().map(|new| new.id).collect(),
        EmployeeScope::Subtree(root) => company.subtree(root).into_iter().collect(),
        EmployeeScope::Own(me) => BTreeSet::from([me]),
        EmployeeScope::NoEmployees => BTreeSet::new(),
    };
    company.rows.employees.iter().filter(|new| ids.contains(&new.id)).collect()
}

pub(super) async fn twins_with_the_same_ids_are_listed_apart(store: &Store) {
    let twins = Company::twins(store, PEOPLE).await;
    for (own, foreign) in [(&twins[0], &twins[1]), (&twins[1], &twins[0])] {
        for role in Role::ALL {
            let context = own.as_role(role).await;
            let seen = visible(own, &context);
            let anna = |new: &&&NewEmployee| new.first_name == "Anna";
            for (words, expected) in
                [(vec![], seen.len()), (vec!["anna".to_owned()], seen.iter().filter(anna).count())]
            {
                let query = EmployeeQuery { words, ..everyone() };
                let page = store.list_employees(&context, &query).await.expect("a list");
                assert_eq!(
                    (page.rows.len(), page.total),
                    (expected, expected as u64),
                    "{role:?} {query}"
                );
                assert_only(own, foreign, &page.rows);
            }
            let departments = store.list_departments(&context).await.expect("a list");
            assert_only(own, foreign, &departments);
            let employed =
                seen.iter().filter(|new| new.status != EmploymentStatus::Terminated).count();
            let headcount: u64 =
                departments.items.iter().map(|department| department.headcount).sum();
            assert_eq!(headcount, employed as u64, "{role:?}");
        }
    }
}

pub(super) async fn twins_with_the_same_ids_are_found_apart(store: &Store) {
    let twins = Company::twins(store, PEOPLE).await;
    for (own, foreign) in [(&twins[0], &twins[1]), (&twins[1], &twins[0])] {
        for role in Role::ALL {
            let context = own.as_role(role).await;
            let seen = visible(own, &context);
            for new in &own.rows.employees {
                let view = store.find_employee(&context, new.id).await.expect("an answer");
                assert_eq!(view.is_some(), seen.iter().any(|other| other.id == new.id), "{role:?}");
                let Some(view) = view else { continue };
                assert_only(own, foreign, &view);
                let manager = seen.iter().find(|other| Some(other.id) == new.manager);
                assert_eq!(
                    view.manager.map(|manager| manager.id),
                    manager.map(|manager| manager.id)
                );
                let reports = seen
                    .iter()
                    .filter(|other| other.manager == Some(new.id) && other.ended_on.is_none());
                assert_eq!(
                    view.reports.iter().map(|report| report.id).collect::<BTreeSet<_>>(),
                    reports.map(|report| report.id).collect::<BTreeSet<_>>(),
                    "{role:?}"
                );
            }
        }
    }
}

pub(super) async fn twins_with_the_same_ids_sign_in_apart(store: &Store) {
    for own in &Company::twins(store, PEOPLE).await {
        for account in &own.rows.accounts {
            let employee = own
                .rows
                .employees
                .iter()
                .find(|new| Some(new.id) == account.employee)
                .expect("employed");
            let found = store.find_credential(own.tenant, &account.email).await.expect("an answer");
            let expected =
                employee.ended_on.is_none().then_some((account.employee, &account.password_hash));
            assert_eq!(
                found.as_ref().map(|found| (found.employee, &found.password_hash)),
                expected
            );
            let context = own.as_role(account.role).await;
            let acting = store.account(&context).await.expect("an answer").expect("there");
            assert_eq!((&acting.name, &acting.email), (&account.name, &account.email));
            assert_eq!(acting.user_number, Some(employee.number));
        }
        let employed = own.rows.employees.iter().filter(|new| new.ended_on.is_none()).count();
        assert_eq!(
            store.demo_tenant(own.tenant).await.expect("an answer").headcount,
            employed as u64
        );
    }
}
