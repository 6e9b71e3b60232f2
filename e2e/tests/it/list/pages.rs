//! P2: pages of the directory, forward and backward.

use api_types::{EmployeeRow, Page, paths};
use e2e::{Actor, Company, Stack};

use super::{list, numbers};

const SIZE: usize = 37;

/// Reads all pages in order, from the first to the last.
async fn forward(admin: &Actor, query: &str) -> Vec<Page<EmployeeRow>> {
    let mut pages = vec![list(admin, &format!("{query}&limit={SIZE}")).await];
    while let Some(cursor) = &pages.last().unwrap().next_cursor {
        let next = list(admin, &format!("{query}&limit={SIZE}&cursor={cursor}")).await;
        pages.push(next);
        assert!(pages.len() < 100, "there are more pages than rows allow");
    }
    pages
}

/// P2: for every sort, the pages contain each employee once and in order. Each page has the total and the number of rows before it. Going back shows the same
/// pages.
#[tokio::test]
async fn pages_contain_each_employee_once_and_lead_back() {
    let acme = Company::of_size(Stack::get().await, 500).await;
    let admin = acme.hr_admin().await;
    let total = acme.roster.staff().count();
    for sort in [
        "name",
        "-name",
        "number",
        "-number",
        "position",
        "-position",
        "department",
        "location",
        "-location",
        "status",
        "-status",
        "started_on",
        "-started_on",
        "salary",
        "-salary",
    ] {
        let pages = forward(&admin, &format!("sort={sort}")).await;
        let mut read: Vec<i64> = Vec::new();
        for page in &pages {
            assert_eq!((page.total, page.before), (total as u64, read.len() as u64), "{sort}");
            read.extend(numbers(page));
        }
        assert_eq!(pages.len(), total.div_ceil(SIZE), "{sort}");
        let mut whole = numbers(&list(&admin, &format!("sort={sort}&limit=200")).await);
        assert_eq!(read[..200], whole, "{sort}: pages of {SIZE} and of 200 are in the same order");
        whole = read.clone();
        whole.sort_unstable();
        whole.dedup();
        assert_eq!(whole.len(), total, "{sort}: every employee once");

        assert_eq!(pages[0].prev_cursor, None, "{sort}: no page before the first");
        let mut page = pages.last().unwrap().clone();
        for earlier in pages.iter().rev().skip(1) {
            let cursor = page.prev_cursor.expect("a cursor to the previous page");
            page = list(&admin, &format!("sort={sort}&limit={SIZE}&cursor={cursor}")).await;
            assert_eq!(
                (numbers(&page), page.before),
                (numbers(earlier), earlier.before),
                "{sort}: going back"
            );
        }
        assert_eq!(page.prev_cursor, None, "{sort}: back at the first");
    }
}

/// P2: a cursor finds a page deep in the list by its key and not by counting rows.
#[tokio::test]
async fn a_cursor_finds_a_page_deep_in_the_list() {
    let acme = Company::of_size(Stack::get().await, 500).await;
    let admin = acme.hr_admin().await;
    let deep = forward(&admin, "sort=number").await.remove(12);
    let first_of_deep = deep.items[0].number.get();
    let before = i64::try_from(12 * SIZE).unwrap();
    assert_eq!(first_of_deep, 1001 + before + 1, "one employee before them has left");
    let after =
        list(&admin, &format!("sort=number&limit=1&cursor={}", deep.next_cursor.unwrap())).await;
    assert_eq!(after.items[0].number.get(), deep.items.last().unwrap().number.get() + 1);
}

/// P2: the client may choose the number of items of a page, from 1 to 200. Without a choice it is 50.
#[tokio::test]
async fn a_page_has_the_requested_number_of_items() {
    let acme = Company::of_size(Stack::get().await, 300).await;
    let admin = acme.hr_admin().await;
    for (query, size) in [("", 50), ("limit=1", 1), ("limit=2", 2), ("limit=200", 200)] {
        let page = list(&admin, query).await;
        assert_eq!((page.items.len(), page.total), (size, 299), "{query}");
    }
}

/// P2: a page that ends exactly at the last employee has no next cursor, and an empty list has no cursor at all.
#[tokio::test]
async fn the_last_page_has_no_next_cursor() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let staff = acme.roster.staff().count();
    let page = list(&admin, &format!("limit={staff}")).await;
    assert_eq!((page.items.len(), &page.next_cursor, &page.prev_cursor), (staff, &None, &None));
    let empty_page = list(&admin, "q=zzzzzz").await;
    assert_eq!(
        (
            empty_page.items.len(),
            empty_page.total,
            empty_page.before,
            &empty_page.next_cursor,
            &empty_page.prev_cursor
        ),
        (0, 0, 0, &None, &None)
    );
}

/// P2: a filtered list has pages like any other. The filters are parameters of the request and not part of the cursor.
#[tokio::test]
async fn a_filtered_list_has_pages_too() {
    let acme = Company::of_size(Stack::get().await, 500).await;
    let admin = acme.hr_admin().await;
    let department = acme.roster.departments[1].id;
    let pages = forward(&admin, &format!("sort=-name&department={department}&status=active")).await;
    assert!(pages.len() > 2);
    let rows: Vec<&EmployeeRow> = pages.iter().flat_map(|page| &page.items).collect();
    assert_eq!(rows.len() as u64, pages[0].total);
    assert!(rows.iter().all(|row| row.department.id == department));
}

/// P2: a page's link reproduces the page: the same request gets the same answer, byte for byte.
#[tokio::test]
async fn a_link_reproduces_the_page() {
    let acme = Company::of_size(Stack::get().await, 120).await;
    let (one, other) = (acme.hr_admin().await, acme.hr_admin().await);
    let first = list(&one, "sort=-started_on&limit=10").await;
    let link = format!(
        "{}?sort=-started_on&limit=10&cursor={}",
        paths::EMPLOYEES,
        first.next_cursor.unwrap()
    );
    let [a, b] = [one.get(&link).expect(200).await, other.get(&link).expect(200).await];
    assert_eq!((a.text(), a.etag()), (b.text(), b.etag()));
}
