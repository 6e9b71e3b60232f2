//! P3, P8: what each role sees, whichever role asked before.

use std::collections::BTreeSet;

use api_types::{Code, Departments, EmployeeRow, EmployeeView, Page, paths};
use domain::Role;
use e2e::{Actor, Company, Stack};

/// Every order in which the four roles can ask.
fn orders() -> Vec<[Role; 4]> {
    let mut orders = Vec::new();
    for a in Role::ALL {
        for b in Role::ALL {
            for c in Role::ALL {
                for d in Role::ALL {
                    let order = [a, b, c, d];
                    if Role::ALL.iter().all(|role| order.contains(role)) {
                        orders.push(order);
                    }
                }
            }
        }
    }
    orders
}

async fn one_actor_per_role(acme: &Company) -> Vec<(Role, Actor)> {
    let mut actors = Vec::new();
    for role in Role::ALL {
        actors.push((role, acme.actor(role).await));
    }
    actors
}

/// Checks that the list, the departments and an employee's page contain exactly what the role may see.
async fn sees_its_own_view(acme: &Company, role: Role, actor: &Actor) {
    let reply = actor.get(&format!("{}?limit=200", paths::EMPLOYEES)).expect(200).await;
    let page: Page<EmployeeRow> = reply.json();
    let seen: BTreeSet<i64> = page.items.iter().map(|row| row.number.get()).collect();
    assert_eq!(seen, acme.numbers_seen_by(role), "{role:?}");
    assert_eq!(page.total, seen.len() as u64, "{role:?}: the total counts what is seen");
    assert_eq!(
        reply.text().contains("salary"),
        role == Role::HrAdmin,
        "{role:?}: {}",
        reply.text()
    );

    let departments = actor.get(paths::DEPARTMENTS).expect(200).await;
    let offered: Departments = departments.json();
    assert_eq!(
        offered.items.iter().map(|department| department.headcount).sum::<u64>(),
        page.total,
        "{role:?}: the headcount counts the employees that the role sees"
    );
    let shown: BTreeSet<_> = page.items.iter().map(|row| &row.location).collect();
    assert_eq!(
        offered.locations.iter().collect::<BTreeSet<_>>(),
        shown,
        "{role:?}: only locations of employees that the role sees"
    );

    let own = actor.get(&paths::employee(acme.roster.employee())).expect(200).await;
    assert_eq!(own.text().contains("salary"), role == Role::HrAdmin, "{role:?}");
    let view: EmployeeView = own.json();
    assert_eq!(
        view.manager.is_some(),
        role != Role::Employee,
        "{role:?}: a manager that the role does not see is not named"
    );
}

/// P8: in each of the 24 orders, in a company with nothing cached, every role sees exactly its own view, and a second time from the cache.
#[tokio::test]
async fn in_every_order_every_role_sees_its_own_view() {
    let stack = Stack::get().await;
    for order in orders() {
        let acme = Company::fresh(stack).await;
        let actors = one_actor_per_role(&acme).await;
        for role in order.into_iter().chain(order) {
            let (_, actor) = actors.iter().find(|(of, _)| *of == role).unwrap();
            sees_its_own_view(&acme, role, actor).await;
        }
    }
}

/// P8: four roles of two companies at the same moment.
#[tokio::test]
async fn four_roles_of_two_tenants_at_once_see_their_own_views() {
    let companies = Company::pair(Stack::get().await).await;
    let [acme, betaco] = &companies;
    let (of_acme, of_betaco) = (one_actor_per_role(acme).await, one_actor_per_role(betaco).await);
    for _cold_then_warm in 0..3 {
        let asking = of_acme
            .iter()
            .map(|actor| (acme, actor))
            .chain(of_betaco.iter().map(|actor| (betaco, actor)));
        futures_util::future::join_all(
            asking.map(|(company, (role, actor))| sees_its_own_view(company, *role, actor)),
        )
        .await;
    }
}

/// P3: the JSON contains a salary only for the HR admin. For other roles there is no key and no null.
#[tokio::test]
async fn only_an_hr_admin_is_shown_a_salary() {
    let acme = Company::fresh(Stack::get().await).await;
    for (role, actor) in one_actor_per_role(&acme).await {
        for path in [
            format!("{}?limit=200", paths::EMPLOYEES),
            paths::employee(acme.roster.employee()),
            paths::SESSION.to_owned(),
            paths::DEPARTMENTS.to_owned(),
        ] {
            let text = actor.get(&path).expect(200).await.text();
            let named = text.contains("\"salary\"")
                || text.contains("minor_units")
                || text.contains("\"EUR\"");
            assert_eq!(
                named,
                role == Role::HrAdmin && path.starts_with(paths::EMPLOYEES),
                "{role:?} {path}"
            );
        }
    }
}

/// P3, P8: sorting by salary would show the order of salaries, so it is forbidden to the roles that do not see them, with and without a cursor.
#[tokio::test]
async fn sorting_by_salary_is_forbidden_to_roles_that_see_no_salaries() {
    let acme = Company::fresh(Stack::get().await).await;
    let by_salary: Page<EmployeeRow> = acme
        .hr_admin()
        .await
        .get(&format!("{}?sort=salary&limit=5", paths::EMPLOYEES))
        .expect(200)
        .await
        .json();
    let cursor = by_salary.next_cursor.unwrap();
    for role in [Role::Manager, Role::Employee, Role::Auditor] {
        let actor = acme.actor(role).await;
        for query in [
            "sort=salary".to_owned(),
            "sort=-salary".to_owned(),
            format!("sort=salary&cursor={cursor}"),
        ] {
            let problem = actor
                .get(&format!("{}?{query}", paths::EMPLOYEES))
                .expect(403)
                .await
                .problem(Code::Forbidden);
            assert!(problem.detail.contains("salary"), "{}", problem.detail);
        }
        actor
            .get(&format!("{}?cursor={cursor}", paths::EMPLOYEES))
            .expect(400)
            .await
            .problem(Code::InvalidCursor);
    }
}

/// P8: a search, a filter or a sort does not widen what a role sees.
#[tokio::test]
async fn no_query_widens_a_view() {
    let acme = Company::fresh(Stack::get().await).await;
    let hidden =
        acme.roster.employees.iter().find(|one| one.id == acme.outside_of_the_subtree()).unwrap();
    for role in [Role::Manager, Role::Employee] {
        let (actor, own) = (acme.actor(role).await, acme.numbers_seen_by(role));
        let questions = [
            format!("q={}", hidden.number),
            format!("department={}", hidden.department),
            "status=active,on_leave,starting,terminated".to_owned(),
            "sort=-number".to_owned(),
            "limit=200".to_owned(),
        ];
        for question in questions {
            let page: Page<EmployeeRow> =
                actor.get(&format!("{}?{question}", paths::EMPLOYEES)).expect(200).await.json();
            assert!(
                page.items.iter().all(|row| own.contains(&row.number.get())),
                "{role:?} {question}"
            );
            assert_eq!(
                page.total,
                page.items.len() as u64,
                "{role:?} {question}: the total counts no hidden employee"
            );
        }
    }
}
