//! The counterparts of `as_it_happened`: the same requests in the same orders, and no company sees another company's employees.

use api_types::{EmployeeRow, Page, paths};
use e2e::{Actor, Canary, Company, Stack};
use futures_util::future::join_all;

/// Requests the whole directory, as the admin of the incident did, and checks that every row belongs to the company.
async fn sees_own_people_only(admin: &Actor, company: &Company) {
    let reply = admin.get(paths::EMPLOYEES).expect(200).await;
    let page: Page<EmployeeRow> = reply.json();
    assert!(!page.items.is_empty(), "an empty list would prove nothing");
    assert_eq!(page.total, company.roster.staff().count() as u64);
    for row in &page.items {
        assert_eq!(Canary::all_in(&row.email), [company.canary.clone()].into(), "{row:?}");
    }
    assert_eq!(Canary::all_in(&reply.text()), [company.canary.clone()].into());
}

/// I1: BetaCo's admin asks first, then Acme's admin, user 1042. Acme sees Acme. (It leaks in `acme_sees_the_employees_of_betaco_after_a_request_of_betaco`.)
#[tokio::test]
async fn acme_sees_its_own_employees_after_a_request_of_betaco() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    sees_own_people_only(&betaco.hr_admin().await, &betaco).await;
    sees_own_people_only(&acme.hr_admin().await, &acme).await;
}

/// I1: with three companies, the employees of the company that asks first are not shown to the others.
/// (It leaks in `employees_of_the_first_tenant_are_shown_to_the_others`.)
#[tokio::test]
async fn employees_of_the_first_tenant_are_not_shown_to_the_others() {
    for first in 0..3 {
        let companies = Company::trio(Stack::get().await).await;
        let mut order: Vec<&Company> = companies.iter().collect();
        order.rotate_left(first);
        for company in order {
            sees_own_people_only(&company.hr_admin().await, company).await;
        }
    }
}

/// I1: the admins of three companies ask at the same moment, with nothing cached and again with everything cached.
#[tokio::test]
async fn three_concurrent_admins_see_their_own_employees() {
    let companies = Company::trio(Stack::get().await).await;
    let mut admins = Vec::new();
    for company in &companies {
        admins.push((company.hr_admin().await, company));
    }
    for _cold_then_warm in 0..3 {
        let asking = admins.iter().flat_map(|pair| std::iter::repeat_n(pair, 8));
        join_all(asking.map(|(admin, company)| sees_own_people_only(admin, company))).await;
    }
}

/// I1: two companies whose employees even have the same ids. Only the tenant tells their rows, keys and ETags apart.
#[tokio::test]
async fn tenants_with_the_same_ids_see_their_own_employees() {
    let [acme, betaco] = Company::twins(Stack::get().await).await;
    let (of_acme, of_betaco) = (acme.hr_admin().await, betaco.hr_admin().await);
    for _cold_then_warm in 0..2 {
        sees_own_people_only(&of_betaco, &betaco).await;
        sees_own_people_only(&of_acme, &acme).await;
    }
    let path = paths::employee(acme.roster.hr_admin());
    let (ours, theirs) =
        (of_acme.get(&path).expect(200).await, of_betaco.get(&path).expect(200).await);
    assert_ne!(ours.etag(), theirs.etag(), "one id, two employees, two ETags");
}
