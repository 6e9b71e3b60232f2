//! Test cases for totals, which are kept in a tally instead of being counted: they are correct after every write, and change for no other company.

use std::collections::BTreeSet;

use domain::{EmployeeQuery, EmploymentStatus, Role};
use store::Store;

use crate::{
    company::{self, Company, everyone},
    write::{RandomWrites, first, line},
};

const PEOPLE: usize = 31;

/// The totals under every filter of the directory. A page without search words takes its total from the tally; it is compared with the number of rows.
async fn totals(store: &Store, company: &Company) -> Vec<u64> {
    let context = company.as_role(Role::HrAdmin).await;
    let rows = store.list_employees(&context, &everyone()).await.expect("a list").rows;
    let locations: BTreeSet<&String> = rows.iter().map(|row| &row.location).collect();
    let mut queries = vec![everyone()];
    for status in EmploymentStatus::ALL {
        queries.push(EmployeeQuery { statuses: [status].into_iter().collect(), ..everyone() });
    }
    for department in &company.rows.departments {
        queries.push(EmployeeQuery { department: Some(department.id), ..everyone() });
        for location in &locations {
            let location = company::location(location);
            queries.push(EmployeeQuery {
                department: Some(department.id),
                location: Some(location.clone()),
                statuses: [EmploymentStatus::Active].into_iter().collect(),
                ..everyone()
            });
            queries.push(EmployeeQuery { location: Some(location), ..everyone() });
        }
    }
    let mut totals = Vec::new();
    for query in &queries {
        let page = store.list_employees(&context, query).await.expect("a list");
        assert_eq!(page.rows.len() as u64, page.total, "{query}");
        totals.push(page.total);
    }
    totals
}

pub(super) async fn totals_are_right_after_every_write(store: &Store) {
    let twins = Company::twins(store, PEOPLE).await;
    for (seed, own, other) in [(1, &twins[0], &twins[1]), (2, &twins[1], &twins[0])] {
        let (theirs, mut chance, mut done) =
            (totals(store, other).await, RandomWrites::new(own, seed), 0);
        for n in 0..40 {
            done += u32::from(chance.write(store, own).await);
            if n % 8 == 7 {
                totals(store, own).await;
            }
        }
        assert!((20..40).contains(&done), "{done} of 40 writes were done; some should be refused");
        let department = own.rows.departments[1].id;
        let name = line(&format!("Umbenannt {}", own.canary));
        let admin = own.as_role(Role::HrAdmin).await;
        store.edit_department(&admin, department, first(), &name).await.expect("renamed");
        totals(store, own).await;
        assert_eq!(totals(store, other).await, theirs, "another company's totals changed");
    }
}

pub(super) async fn a_tenant_removed_and_added_again_has_the_same_totals(store: &Store) {
    let [acme, betaco] = Company::pair(store, PEOPLE).await;
    let (before, theirs) = (totals(store, &acme).await, totals(store, &betaco).await);
    let context = acme.as_role(Role::HrAdmin).await;
    store.remove_tenant_rows(&acme.maintenance()).await.expect("removed");
    assert_eq!(store.list_employees(&context, &everyone()).await.expect("a list").total, 0);
    store.add_tenant_rows(&acme.maintenance(), &acme.rows).await.expect("added");
    assert_eq!(totals(store, &acme).await, before);
    assert_eq!(totals(store, &betaco).await, theirs);
}
