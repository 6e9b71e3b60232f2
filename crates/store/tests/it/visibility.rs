//! P8, P3: each role sees only its own rows and fields, in every query.

use std::collections::BTreeSet;

use domain::{EmployeeId, EmployeeQuery, EmployeeSort, Role, SortColumn};
use store::{Error, Store};
use tenancy::TenantContext;

use crate::{
    company::{Company, everyone},
    stack::with_stack,
};

const PEOPLE: usize = 60;

async fn listed(store: &Store, context: &TenantContext) -> BTreeSet<EmployeeId> {
    let page = store.list_employees(context, &everyone()).await.expect("a list");
    assert_eq!(page.total, page.rows.len() as u64);
    page.rows.iter().map(|row| row.id).collect()
}

/// P8: each of the four roles sees a different set of rows.
#[test]
fn each_role_lists_exactly_the_employees_that_it_may_see() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, PEOPLE).await;
        let all: BTreeSet<_> = acme.rows.employees.iter().map(|new| new.id).collect();
        let manager = acme.account(Role::Manager).employee.expect("employed");
        let employee = acme.account(Role::Employee).employee.expect("employed");
        assert_eq!(listed(&store, &acme.as_role(Role::HrAdmin).await).await, all);
        assert_eq!(listed(&store, &acme.as_role(Role::Auditor).await).await, all);
        let subtree: BTreeSet<_> = acme.subtree(manager).into_iter().collect();
        assert!(subtree.len() > 6 && subtree.len() < PEOPLE, "{}", subtree.len());
        assert_eq!(listed(&store, &acme.as_role(Role::Manager).await).await, subtree);
        assert_eq!(
            listed(&store, &acme.as_role(Role::Employee).await).await,
            BTreeSet::from([employee])
        );
        let nobody = acme.signed_in(acme.account(Role::Manager).id, None, Role::Manager).await;
        assert_eq!(listed(&store, &nobody).await, BTreeSet::new());
    });
}

/// P8: an employee is found by id exactly if the list shows them, so a known id gives no extra access.
#[test]
fn an_employee_is_found_exactly_if_listed_and_names_only_visible_people() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, PEOPLE).await;
        for role in Role::ALL {
            let context = acme.as_role(role).await;
            let visible = listed(&store, &context).await;
            for new in &acme.rows.employees {
                let view = store.find_employee(&context, new.id).await.expect("an answer");
                assert_eq!(view.is_some(), visible.contains(&new.id), "{role:?}");
                let Some(view) = view else { continue };
                let manager = new.manager.filter(|manager| visible.contains(manager));
                assert_eq!(view.manager.map(|manager| manager.id), manager, "{role:?}");
                let reports =
                    acme.rows.employees.iter().filter(|other| other.manager == Some(new.id));
                let reports =
                    reports.filter(|other| other.ended_on.is_none() && visible.contains(&other.id));
                let expected: BTreeSet<_> = reports.map(|other| other.id).collect();
                assert_eq!(
                    view.reports.iter().map(|report| report.id).collect::<BTreeSet<_>>(),
                    expected,
                    "{role:?}"
                );
            }
        }
    });
}

/// P3: only an HR admin gets salaries.
#[test]
fn only_an_hr_admin_gets_salaries() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, PEOPLE).await;
        for role in Role::ALL {
            let context = acme.as_role(role).await;
            let page = store.list_employees(&context, &everyone()).await.expect("a list");
            let own = acme.account(role).employee.expect("employed");
            let view =
                store.find_employee(&context, own).await.expect("an answer").expect("visible");
            let salaries =
                page.rows.iter().chain([&view.row]).filter(|row| row.salary.is_some()).count();
            assert_eq!(salaries, if role == Role::HrAdmin { PEOPLE + 1 } else { 0 }, "{role:?}");
            let json = serde_json::to_string(&(page.rows, view)).expect("it is JSON");
            assert_eq!(json.contains("salary"), role == Role::HrAdmin, "{role:?}");
        }
    });
}

/// P8: the order of rows by salary would reveal salaries, so only an HR admin may sort by it.
#[test]
fn only_an_hr_admin_can_sort_by_salary() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 5).await;
        for sort in ["salary", "-salary"] {
            let sort: EmployeeSort = sort.parse().expect("a sort");
            assert_eq!(sort.column, SortColumn::Salary);
            for role in Role::ALL {
                let page = store
                    .list_employees(
                        &acme.as_role(role).await,
                        &EmployeeQuery { sort, ..everyone() },
                    )
                    .await;
                match role {
                    Role::HrAdmin => assert_eq!(page.expect("a list").rows.len(), 5),
                    _ => assert!(matches!(page, Err(Error::FieldNotVisible)), "{role:?}: {page:?}"),
                }
            }
        }
    });
}

/// P8: a department without visible employees is not shown, and its headcount counts visible employees only.
#[test]
fn departments_count_only_visible_employees() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, PEOPLE).await;
        for role in Role::ALL {
            let context = acme.as_role(role).await;
            let visible = listed(&store, &context).await;
            let departments = store.list_departments(&context).await.expect("a list");
            for new in &acme.rows.departments {
                let people = acme.rows.employees.iter();
                let seen = people
                    .filter(|person| person.department == new.id && visible.contains(&person.id));
                let (all, employed) = seen.fold((0, 0), |(all, employed), person| {
                    (
                        all + 1,
                        employed + u64::from(person.status != domain::EmploymentStatus::Terminated),
                    )
                });
                let shown = departments.items.iter().find(|department| department.id == new.id);
                assert_eq!(
                    shown.map(|department| department.headcount),
                    (all > 0).then_some(employed),
                    "{role:?}"
                );
            }
            let people = acme.rows.employees.iter().filter(|person| visible.contains(&person.id));
            let expected: BTreeSet<&str> = people.map(|person| person.location.as_str()).collect();
            assert_eq!(
                departments.locations.iter().map(String::as_str).collect::<BTreeSet<_>>(),
                expected
            );
        }
    });
}

/// A list ends even if the manager chain contains a cycle.
#[test]
fn a_cycle_in_the_manager_chain_does_not_hang_a_list() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 7).await;
        let manager = acme.account(Role::Manager).employee.expect("employed");
        let below = acme.subtree(manager)[1];
        let sql = format!("update employee set manager_id = '{below}' where id = '{manager}'");
        stack.superuser("watertight").await.run(&sql).await;
        assert_eq!(
            listed(&store, &acme.as_role(Role::Manager).await).await.len(),
            acme.subtree(below).len() + 1
        );
    });
}
