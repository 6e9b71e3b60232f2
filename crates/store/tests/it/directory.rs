//! P2: searching and filtering in the directory.

use std::collections::BTreeSet;

use domain::{EmployeeQuery, EmploymentStatus, Role};
use store::{NewEmployee, Store, search_words};
use tenancy::TenantContext;

use crate::{
    company::{self, Company, everyone},
    stack::with_stack,
};

/// Runs the query and expects exactly these employees of the company.
async fn expect(
    store: &Store,
    (company, context): (&Company, &TenantContext),
    query: &EmployeeQuery,
    is_meant: impl Fn(&NewEmployee) -> bool,
) {
    let page = store.list_employees(context, query).await.expect("a list");
    let expected: BTreeSet<i64> = company
        .rows
        .employees
        .iter()
        .filter(|new| is_meant(new))
        .map(|new| new.number.get())
        .collect();
    assert_eq!(
        page.rows.iter().map(|row| row.number.get()).collect::<BTreeSet<_>>(),
        expected,
        "{query}"
    );
    assert_eq!((page.total, page.rows.len()), (expected.len() as u64, expected.len()), "{query}");
}

fn searching(text: &str) -> EmployeeQuery {
    EmployeeQuery { words: search_words(text), ..everyone() }
}

#[test]
fn a_search_finds_the_beginnings_of_names_in_any_spelling() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 60).await;
        let viewer = (&acme, &acme.as_role(Role::HrAdmin).await);
        let last = |name: &'static str| move |new: &NewEmployee| new.last_name.starts_with(name);
        let first = |name: &'static str| move |new: &NewEmployee| new.first_name == name;
        for text in ["Groß", "gross", "GRO", "gros"] {
            expect(&store, viewer, &searching(text), last("Groß")).await;
        }
        for text in ["çağlayan", "Caglayan", "CAĞ"] {
            expect(&store, viewer, &searching(text), last("Çağlayan")).await;
        }
        for text in ["O'Neill", "oneill", "neill", "o'n"] {
            expect(&store, viewer, &searching(text), last("O'Neill")).await;
        }
        for text in ["łukasz", "luk"] {
            expect(&store, viewer, &searching(text), first("Łukasz")).await;
        }
        expect(&store, viewer, &searching("İPEK"), first("İpek")).await;
        expect(&store, viewer, &searching("marie"), first("Anne-Marie")).await;
        expect(&store, viewer, &searching("li we"), last("Li Wei")).await;
        expect(&store, viewer, &searching("anna gross"), |new| {
            first("Anna")(new) && last("Groß")(new)
        })
        .await;
    });
}

#[test]
fn a_search_finds_addresses_and_numbers() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 60).await;
        let viewer = (&acme, &acme.as_role(Role::HrAdmin).await);
        expect(&store, viewer, &searching("person7@"), |new| new.number.get() == 1007).await;
        let address = acme.rows.employees[9].email.to_string().to_uppercase();
        expect(&store, viewer, &searching(&address), |new| new.number.get() == 1009).await;
        expect(&store, viewer, &searching("105"), |new| (1050..=1059).contains(&new.number.get()))
            .await;
    });
}

/// Characters with a special meaning in `like`, in regular expressions or in SQL have none in a search.
#[test]
fn special_characters_have_no_meaning_in_a_search() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let viewer = (&acme, &acme.as_role(Role::HrAdmin).await);
        for word in
            ["%", "_", "an%", "'; drop table employee; --", "\\", "\u{10ffff}", "ann\0", "*"]
        {
            let query = EmployeeQuery { words: vec![word.to_owned()], ..everyone() };
            expect(&store, viewer, &query, |_| false).await;
            if !word.contains('\0') {
                let query = EmployeeQuery { location: Some(company::location(word)), ..everyone() };
                expect(&store, viewer, &query, |_| false).await;
            }
        }
        expect(&store, viewer, &everyone(), |_| true).await;
    });
}

#[test]
fn filters_narrow_the_list_together() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 60).await;
        let viewer = (&acme, &acme.as_role(Role::HrAdmin).await);
        let (department, location) =
            (acme.rows.departments[1].id, acme.rows.employees[1].location.clone());
        let by_department = EmployeeQuery { department: Some(department), ..everyone() };
        expect(&store, viewer, &by_department, |new| new.department == department).await;
        let by_location =
            EmployeeQuery { location: Some(company::location(&location)), ..everyone() };
        expect(&store, viewer, &by_location, |new| new.location == location).await;
        for status in EmploymentStatus::ALL {
            let by_status = EmployeeQuery { statuses: [status].into(), ..everyone() };
            expect(&store, viewer, &by_status, |new| new.status == status).await;
        }
        let all = EmployeeQuery {
            words: search_words("person"),
            location: Some(company::location(&location)),
            ..by_department
        };
        expect(&store, viewer, &all, |new| {
            new.department == department && new.location == location
        })
        .await;
    });
}

/// P8: a manager's search finds only employees whom the manager's list shows.
#[test]
fn a_search_finds_only_employees_that_the_viewer_may_see() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 60).await;
        for (role, visible) in [(Role::Manager, true), (Role::Employee, false)] {
            let own = acme.account(role).employee.expect("employed");
            let seen = if visible { acme.subtree(own) } else { vec![own] };
            let viewer = (&acme, &acme.as_role(role).await);
            expect(&store, viewer, &searching("person"), |new| seen.contains(&new.id)).await;
        }
    });
}

/// P2: ten thousand employees are added in one unit of work, and a page of them is listed.
#[test]
fn ten_thousand_employees_are_added_in_one_unit_of_work() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let began = std::time::Instant::now();
        let acme = Company::fresh(&store, 10_000).await;
        let added = began.elapsed();
        let page = store
            .list_employees(&acme.as_role(Role::HrAdmin).await, &everyone())
            .await
            .expect("a list");
        assert_eq!((page.rows.len(), page.total), (200, 10_000));
        println!("10,000 employees added in {added:?}");
        store.remove_tenant_rows(&acme.maintenance()).await.expect("removed");
    });
}
