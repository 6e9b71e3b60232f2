//! The directory: search, order, filters and pages, all of them in the URL.

use api_types::{Departments, EmployeeRow, paths};
use domain::{EmployeeId, Role};

use crate::{
    browser::{Browser, TIMEOUT, in_a_browser},
    site::listed,
};

fn ids(people: &[EmployeeRow]) -> impl Iterator<Item = EmployeeId> {
    people.iter().map(|person| person.id)
}

/// The people that the API lists for the query in the address bar. The directory must show the same.
async fn listed_by_api(browser: &Browser) -> Vec<EmployeeRow> {
    let path = browser.path().await;
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let admin = browser.site.actor("acme", Role::HrAdmin).await;
    let page: api_types::Page<EmployeeRow> =
        admin.get(&format!("{}?{query}", paths::EMPLOYEES)).expect(200).await.json();
    page.items
}

async fn until_path(browser: &Browser, wanted: &str) {
    e2e::until(&format!("the address `{wanted}`"), TIMEOUT, async || {
        (browser.path().await == wanted).then_some(())
    })
    .await;
}

/// P2: each letter that the user types updates the list and the URL, and one Back undoes the whole word.
#[tokio::test]
async fn every_typed_letter_updates_the_list() {
    in_a_browser(1280, async |browser| {
        browser.sign_in_as("acme", Role::HrAdmin).await;
        let admin = browser.site.actor("acme", Role::HrAdmin).await;
        let everyone = browser.rows().await;
        let search = browser.see("[data-test=search]").await;
        let mut word = String::new();
        for letter in ["o", "k", "a"] {
            word.push_str(letter);
            search.send_keys(letter).await.unwrap();
            until_path(browser, &format!("/people?q={word}")).await;
            let found = listed(&admin, &format!("q={word}&limit=50")).await;
            browser.shows(ids(&found).take(browser.rows().await.len())).await;
        }
        let found = listed_by_api(browser).await;
        assert!(!found.is_empty() && found.len() < everyone.len());
        browser.shows(ids(&found)).await;
        browser.driver.back().await.unwrap();
        until_path(browser, "/people").await;
        browser.shows(everyone.iter().map(|row| &row.id)).await;
        let field: String =
            browser.ask("return document.querySelector('[data-test=search]').value").await;
        assert_eq!(field, "", "the field is empty again too");
    })
    .await;
}

/// P2: a search without a result says so, and one click shows all people again.
#[tokio::test]
async fn a_search_without_a_result_says_so() {
    in_a_browser(1280, async |browser| {
        browser.sign_in_as("acme", Role::HrAdmin).await;
        let everyone = browser.rows().await;
        browser.see("[data-test=search]").await.send_keys("xyzzyx").await.unwrap();
        browser.see("[data-test=empty]").await;
        assert!(!browser.has("[data-test=row]").await);
        browser.click("[data-test=clear-all]").await;
        browser.shows(everyone.iter().map(|row| &row.id)).await;
    })
    .await;
}

/// P2: a click on a column header sorts by it, and a second click reverses the order.
#[tokio::test]
async fn every_column_sorts_both_ways() {
    in_a_browser(1280, async |browser| {
        browser.sign_in_as("acme", Role::HrAdmin).await;
        for column in
            ["number", "position", "department", "location", "status", "started_on", "salary"]
        {
            let header = format!("[data-test=sort-{column}]");
            for (sort, order) in
                [(column.to_owned(), "ascending"), (format!("-{column}"), "descending")]
            {
                browser.click(&header).await;
                until_path(browser, &format!("/people?sort={sort}")).await;
                browser.shows(ids(&listed_by_api(browser).await)).await;
                assert!(browser.has(&format!("th[aria-sort={order}] {header}")).await, "{sort}");
            }
        }
    })
    .await;
}

/// P2: department, location and status narrow the list together; a filter goes back to the first page.
#[tokio::test]
async fn filters_narrow_the_list_together() {
    in_a_browser(1280, async |browser| {
        browser.sign_in_as("acme", Role::HrAdmin).await;
        let everyone = browser.rows().await;
        let admin = browser.site.actor("acme", Role::HrAdmin).await;
        let departments: Departments = admin.get(paths::DEPARTMENTS).expect(200).await.json();
        let biggest = departments.items.iter().max_by_key(|one| one.headcount).unwrap();
        browser.click("[data-test=next]").await;
        browser.click(&format!("[data-test=department] option[value='{}']", biggest.id)).await;
        until_path(browser, &format!("/people?department={}", biggest.id)).await;
        let in_department = listed_by_api(browser).await;
        assert!(in_department.iter().all(|person| person.department.id == biggest.id));
        browser.shows(ids(&in_department)).await;

        let place = &in_department[0].location;
        browser.click(&format!("[data-test=location] option[value='{place}']")).await;
        browser
            .wait_for::<bool>(
                "the location in the address",
                "return location.search.includes('&location=')",
            )
            .await;
        let there = listed_by_api(browser).await;
        assert!(there.iter().all(|person| person.location == *place));
        browser.shows(ids(&there)).await;

        browser.click("[data-test=clear]").await;
        browser.shows(everyone.iter().map(|row| &row.id)).await;
        browser.click("[data-test=status]").await;
        browser.click("[data-test=status-terminated]").await;
        browser
            .wait_for::<bool>(
                "the status in the address",
                "return location.search.includes('terminated')",
            )
            .await;
        browser.shows(ids(&listed_by_api(browser).await)).await;
    })
    .await;
}

/// P2: the next page shows the people that the API lists next, Back and the button return, and the range shows the position.
#[tokio::test]
async fn the_list_pages_forward_and_back() {
    in_a_browser(1280, async |browser| {
        browser.sign_in_as("acme", Role::HrAdmin).await;
        let everyone = listed(&browser.site.actor("acme", Role::HrAdmin).await, "").await;
        let first = browser.rows().await.len();
        browser.shows(ids(&everyone[..first])).await;
        browser.click("[data-test=next]").await;
        let second = &everyone[first..everyone.len().min(2 * first)];
        browser.shows(ids(second)).await;
        let range = browser.see("[data-test=range]").await.text().await.unwrap();
        assert!(range.contains(&(first + 1).to_string()), "{range}");
        browser.driver.back().await.unwrap();
        browser.shows(ids(&everyone[..first])).await;
        browser.driver.forward().await.unwrap();
        browser.shows(ids(second)).await;
        browser.click("[data-test=previous]").await;
        browser.shows(ids(&everyone[..first])).await;
    })
    .await;
}

/// P2: the URL contains search, order, filters and page. A reload shows the same view, and so does the link for a colleague who must first
/// sign in with a password.
#[tokio::test]
async fn a_deep_link_reproduces_the_view() {
    let deep = async |browser: &Browser| {
        browser.sign_in_as("acme", Role::HrAdmin).await;
        browser.go("acme", "/people?limit=5&status=active,terminated&sort=-started_on&q=a").await;
        browser.rows().await;
        browser.click("[data-test=next]").await;
        browser
            .wait_for::<bool>(
                "the cursor in the address",
                "return location.search.includes('cursor=')",
            )
            .await;
        let people = listed_by_api(browser).await;
        assert_eq!(people.len(), 5, "a full page after the first");
        browser.shows(ids(&people)).await;
        let path = browser.path().await;
        browser.driver.refresh().await.unwrap();
        browser.shows(ids(&people)).await;
        assert_eq!(browser.path().await, path);
        (path, people)
    };
    let mut link = None;
    in_a_browser(1280, async |browser| link = Some(deep(browser).await)).await;
    let (path, people) = link.unwrap();
    in_a_browser(1280, async |colleague| {
        // The colleague is not signed in, which the browser logs in its console.
        colleague.expect_console("status of 401");
        colleague.go("acme", &path).await;
        let account = colleague.site.account("acme", Role::HrAdmin).await;
        colleague.see("[data-test=email]").await.send_keys(account.email).await.unwrap();
        colleague.see("[data-test=password]").await.send_keys(account.password).await.unwrap();
        colleague.click("[data-test=sign-in-submit]").await;
        colleague.shows(ids(&people)).await;
        assert_eq!(colleague.path().await, path);
    })
    .await;
}

/// P2: a row links to the person, and the link back shows the list as it was.
#[tokio::test]
async fn the_link_back_from_a_person_shows_the_same_list() {
    in_a_browser(1280, async |browser| {
        browser.sign_in_as("acme", Role::HrAdmin).await;
        browser.go("acme", "/people?sort=-number").await;
        let rows = browser.rows().await;
        browser.click("[data-test=row] a").await;
        let name = browser.see("[data-test=employee-name]").await.text().await.unwrap();
        assert_eq!(
            (browser.path().await, name),
            (format!("/people/{}", rows[0].id), rows[0].name.clone())
        );
        browser.click("[data-test=back-to-list]").await;
        until_path(browser, "/people?sort=-number").await;
        browser.shows(rows.iter().map(|row| &row.id)).await;
    })
    .await;
}
