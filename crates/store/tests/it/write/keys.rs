//! P2, P4: data that is derived from a row changes with it: the search words and the sort keys.

use domain::{EmployeeId, EmployeeNumber, EmployeeQuery, Line, Role};
use store::{EmployeePage, Store, search_words};
use tenancy::TenantContext;
use uuid::Uuid;

use super::{draft, first, line, rename};
use crate::{
    company::{Company, everyone},
    stack::with_stack,
};

async fn search(store: &Store, context: &TenantContext, typed: &str) -> Vec<EmployeeId> {
    let query = EmployeeQuery { words: search_words(typed), ..everyone() };
    let page = store.list_employees(context, &query).await.expect("a list");
    page.rows.into_iter().map(|row| row.id).collect()
}

async fn sorted(store: &Store, context: &TenantContext, sort: &str) -> EmployeePage {
    let query = EmployeeQuery { sort: sort.parse().expect("a sort"), ..everyone() };
    store.list_employees(context, &query).await.expect("a list")
}

/// P4: a new employee is found and sorted like all others. Numbers are consecutive and skip those that are taken.
#[test]
fn a_new_employee_is_found_and_sorted() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let context = acme.as_role(Role::HrAdmin).await;
        let create = async |name: &str, number: Option<i64>| {
            let mut new = draft(&acme, name);
            new.number = number.map(|number| EmployeeNumber::try_from(number).expect("a number"));
            let id = EmployeeId::from_uuid(Uuid::new_v4());
            store.create_employee(&context, id, &new).await.expect("created")
        };
        let one = create("Ąlex", None).await;
        assert_eq!((one.row.number.get(), one.version.get()), (1012, 1));
        assert_eq!(search(&store, &context, "alex").await, [one.row.id]);
        assert_eq!(search(&store, &context, "1012").await, [one.row.id]);
        let last = sorted(&store, &context, "name").await.rows.last().map(|row| row.id);
        assert_eq!(last, Some(one.row.id));
        assert_eq!(create("Taker", Some(1013)).await.row.number.get(), 1013);
        assert_eq!(create("Next", None).await.row.number.get(), 1014);
        assert_eq!(create("Last", Some(999_999_999)).await.row.number.get(), 999_999_999);
        assert_eq!(create("After", None).await.row.number.get(), 1015);
    });
}

/// P4: employees that are created concurrently get different numbers.
#[test]
fn concurrent_creations_get_different_numbers() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let context = acme.as_role(Role::HrAdmin).await;
        let creating: Vec<_> = (0..12)
            .map(|n| {
                let (store, context, new) =
                    (store.clone(), context.clone(), draft(&acme, &format!("New{n}")));
                let id = EmployeeId::from_uuid(Uuid::new_v4());
                tokio::spawn(async move { store.create_employee(&context, id, &new).await })
            })
            .collect();
        let mut numbers = Vec::new();
        for created in creating {
            numbers.push(created.await.expect("it ran").expect("created").row.number.get());
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (1012..1024).collect::<Vec<_>>());
    });
}

/// P4: a renamed employee is not found by the old name.
#[test]
fn a_renamed_employee_is_found_by_the_new_name_only() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let (context, new) = (acme.as_role(Role::HrAdmin).await, &acme.rows.employees[7]);
        let old = new.last_name.split(' ').next().expect("a word");
        assert!(search(&store, &context, old).await.contains(&new.id));
        let edited = store.edit_employee(&context, new.id, first(), &rename("Aa", &acme)).await;
        edited.expect("edited").expect("there");
        assert!(!search(&store, &context, old).await.contains(&new.id));
        assert!(search(&store, &context, "aa").await.contains(&new.id));
        let top = sorted(&store, &context, "name").await.rows.first().map(|row| row.id);
        assert_eq!(top, Some(new.id));
    });
}

/// P4: renaming a department moves its employees in the order by department.
#[test]
fn a_renamed_department_moves_its_people() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let (context, id) = (acme.as_role(Role::HrAdmin).await, acme.rows.departments[1].id);
        let before = store.list_departments(&context).await.expect("a list");
        let before = before.items.into_iter().find(|found| found.id == id).expect("there");
        let name = line(&format!("Aardvarks {}", acme.canary));
        let renamed = store.edit_department(&context, id, first(), &name).await;
        let renamed = renamed.expect("renamed").expect("there");
        assert_eq!((renamed.headcount, renamed.version.get()), (before.headcount, 2));
        let first_row = sorted(&store, &context, "department").await.rows.into_iter().next();
        let first_row = first_row.expect("people");
        assert_eq!(
            (first_row.department.id, first_row.department.name.as_str()),
            (id, name.as_str())
        );
    });
}

/// P4: a name whose folded form has twenty letters per character is stored like any other.
#[test]
fn a_name_that_folds_to_very_much_is_stored() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let context = acme.as_role(Role::HrAdmin).await;
        let mut new = draft(&acme, "Neu");
        let wordy = line(&"\u{fdfa}".repeat(Line::LONGEST));
        for field in [&mut new.first_name, &mut new.last_name, &mut new.position, &mut new.location]
        {
            field.clone_from(&wordy);
        }
        new.email = format!("{}@b.example", "\u{fdfa}".repeat(80)).parse().expect("an address");
        let id = EmployeeId::from_uuid(Uuid::new_v4());
        store.create_employee(&context, id, &new).await.expect("created");
        let name =
            store.edit_department(&context, acme.rows.departments[0].id, first(), &wordy).await;
        assert!(name.expect("renamed").is_some());
    });
}
