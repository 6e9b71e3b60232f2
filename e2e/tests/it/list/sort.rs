//! P2: sorting by every column, ascending and descending.

use api_types::EmployeeRow;
use e2e::{Company, Stack};
use store::fold;

use super::{found, list, numbers};

/// The sort key of a column, as a text with the same order.
fn key(column: &str, row: &EmployeeRow) -> String {
    match column {
        "name" => format!("{}\u{1f}{}", fold(&row.last_name), fold(&row.first_name)),
        "number" => format!("{:09}", row.number.get()),
        "position" => fold(&row.position),
        "department" => fold(&row.department.name),
        "location" => fold(&row.location),
        "status" => row.status.as_str().to_owned(),
        "started_on" => row.started_on.to_string(),
        "salary" => format!("{:020}", row.salary.unwrap().minor_units),
        _ => panic!("an unknown column"),
    }
}

/// P2: every column sorts ascending and descending, with the same employees. The descending order is the exact reverse, also among equal keys.
#[tokio::test]
async fn every_column_sorts_up_and_down() {
    let acme = Company::of_size(Stack::get().await, 120).await;
    let admin = acme.hr_admin().await;
    for column in
        ["name", "number", "position", "department", "location", "status", "started_on", "salary"]
    {
        let up = list(&admin, &format!("sort={column}&limit=200")).await;
        let down = list(&admin, &format!("sort=-{column}&limit=200")).await;
        let keys: Vec<String> = up.items.iter().map(|row| key(column, row)).collect();
        assert!(keys.is_sorted(), "{column}: {keys:?}");
        assert_eq!(found(&up).len(), acme.roster.staff().count(), "{column}");
        let mut turned = numbers(&down);
        turned.reverse();
        assert_eq!(turned, numbers(&up), "{column}");
    }
}

/// P2: without a `sort` the list is sorted by name.
#[tokio::test]
async fn the_default_order_is_by_name() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    assert_eq!(numbers(&list(&admin, "").await), numbers(&list(&admin, "sort=name").await));
    assert_eq!(
        numbers(&list(&admin, "sort=&q=&status=&department=&location=&limit=&cursor=").await),
        numbers(&list(&admin, "").await),
        "a form sends empty fields"
    );
}
