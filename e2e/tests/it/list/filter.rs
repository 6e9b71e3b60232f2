//! P2: filters by department, location and status.

use std::collections::BTreeSet;

use api_types::{Departments, paths};
use domain::EmploymentStatus;
use e2e::{Company, Stack};
use store::NewEmployee;

use super::{found, list};

fn wanted(acme: &Company, keep: impl Fn(&NewEmployee) -> bool) -> BTreeSet<i64> {
    acme.roster
        .employees
        .iter()
        .filter(|person| keep(person))
        .map(|person| person.number.get())
        .collect()
}

/// P2: without a status filter the list contains every employee who has not left; with one, exactly the employees of these statuses.
#[tokio::test]
async fn statuses_are_chosen_one_or_more_at_a_time() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let left = |person: &NewEmployee| person.status == EmploymentStatus::Terminated;
    assert_eq!(found(&list(&admin, "limit=200").await), wanted(&acme, |person| !left(person)));
    assert_eq!(found(&list(&admin, "status=terminated").await), wanted(&acme, left));
    let away = [EmploymentStatus::OnLeave, EmploymentStatus::Starting];
    for query in [
        "status=on_leave,starting",
        "status=starting,on_leave",
        "status=starting,on_leave,on_leave",
    ] {
        assert_eq!(
            found(&list(&admin, query).await),
            wanted(&acme, |person| away.contains(&person.status)),
            "{query}"
        );
    }
    assert_eq!(
        list(&admin, "status=active,on_leave,starting,terminated").await.total,
        acme.roster.employees.len() as u64
    );
}

/// P2: the API lists the departments and locations to filter by, and each filter finds exactly its own employees.
#[tokio::test]
async fn every_department_and_location_finds_its_own_employees() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let offered: Departments = admin.get(paths::DEPARTMENTS).expect(200).await.json();
    assert_eq!(offered.items.len(), acme.roster.departments.len());
    assert!(offered.items.is_sorted_by_key(|department| department.name.to_lowercase()));
    for department in &offered.items {
        let of = wanted(&acme, |person| {
            person.department == department.id && person.status != EmploymentStatus::Terminated
        });
        let page = list(&admin, &format!("department={}&limit=200", department.id)).await;
        assert_eq!(
            (found(&page), page.total),
            (of.clone(), department.headcount),
            "{}",
            department.name
        );
        assert!(page.items.iter().all(|row| row.department.name == department.name));
        assert_eq!(of.len() as u64, department.headcount);
    }
    for location in &offered.locations {
        let query = location.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02X}"));
        let page = list(&admin, &format!("location={query}&limit=200")).await;
        let of = wanted(&acme, |person| {
            &person.location == location && person.status != EmploymentStatus::Terminated
        });
        assert!(!of.is_empty() && found(&page) == of, "{location}");
    }
}

/// P2: filters, search and sort combine: each row matches all of them, and the total counts the matching rows.
#[tokio::test]
async fn filters_and_search_work_together() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let department = acme.roster.departments[0].id;
    let page =
        list(&admin, &format!("q=a&department={department}&status=active&sort=-number&limit=3"))
            .await;
    let of = wanted(&acme, |person| {
        let word = |text: &str| {
            text.split([' ', '-', '\'']).any(|part| store::fold(part).starts_with('a'))
        };
        person.department == department
            && person.status == EmploymentStatus::Active
            && (word(&person.first_name) || word(&person.last_name))
    });
    assert_eq!(page.total, of.len() as u64);
    assert!(found(&page).is_subset(&of) && page.items.len() == of.len().min(3));
}
