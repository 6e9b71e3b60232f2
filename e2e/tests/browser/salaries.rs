//! Only the HR admin sees salaries. For all others, no salary is anywhere in the document.

use api_types::EmployeeRow;
use domain::Role;

use crate::{
    browser::{Browser, in_a_browser},
    site::listed,
};

/// A salary as a page writes it: `52,400` for 52,400.00.
fn digits(person: &EmployeeRow) -> String {
    let whole = (person.salary.expect("an HR admin is told").minor_units / 100).to_string();
    let (thousands, rest) = whole.split_at(whole.len() - 3);
    format!("{thousands},{rest}")
}

/// Asserts that neither the word "salary" nor an amount is in the document, visible or not.
async fn shows_no_salary(browser: &Browser, paid: &[EmployeeRow], where_: &str) {
    let document = browser.document().await;
    assert!(!document.to_lowercase().contains("salary"), "{where_}: the word is in the document");
    for person in paid {
        assert!(!document.contains(&digits(person)), "{where_}: the salary of {}", person.email);
    }
}

/// P1, I1: an employee, a manager and an auditor see no salary in the directory, on their own page or on any other page that they may open.
#[tokio::test]
async fn only_the_hr_admin_sees_a_salary() {
    in_a_browser(1280, async |browser| {
        let site = browser.site;
        let paid = listed(&site.actor("acme", Role::HrAdmin).await, "").await;
        for role in [Role::Employee, Role::Manager, Role::Auditor] {
            browser.sign_in_as("acme", role).await;
            shows_no_salary(browser, &paid, &format!("{role:?}, directory")).await;
            for row in browser.rows().await.iter().take(3) {
                browser.go("acme", &format!("/people/{}", row.id)).await;
                browser.see("[data-test=employee]").await;
                shows_no_salary(browser, &paid, &format!("{role:?}, {}", row.email)).await;
            }
        }
        browser.sign_in_as("acme", Role::Employee).await;
        browser.click("[data-test=nav-own-page]").await;
        browser.see("[data-test=employee]").await;
        shows_no_salary(browser, &paid, "the employee's own page").await;
    })
    .await;
}

/// P1: the HR admin sees every salary, in the directory and on the person's page. Without this, the test above would prove nothing.
#[tokio::test]
async fn the_hr_admin_sees_salaries() {
    in_a_browser(1280, async |browser| {
        let paid = listed(&browser.site.actor("acme", Role::HrAdmin).await, "").await;
        browser.sign_in_as("acme", Role::HrAdmin).await;
        let shown: Vec<String> = browser
            .ask("return [...document.querySelectorAll('td[data-test=salary]')].map((cell) => cell.textContent)")
            .await;
        assert!(!shown.is_empty());
        for (cell, person) in shown.iter().zip(&paid) {
            assert!(cell.contains(&digits(person)), "{cell} for {}", person.email);
        }
        browser.click("[data-test=row] a").await;
        let salary = browser.see("[data-test=employee] [data-test=salary]").await.text().await.unwrap();
        assert!(salary.contains(&digits(&paid[0])), "{salary}");
    })
    .await;
}

/// I1: a role sees only its own view, also after another role has used the browser: after the HR admin, the employee sees one row and no salary.
#[tokio::test]
async fn an_employee_after_the_hr_admin_in_the_same_browser_sees_their_own_view() {
    in_a_browser(1280, async |browser| {
        let paid = listed(&browser.site.actor("acme", Role::HrAdmin).await, "").await;
        browser.sign_in_as("acme", Role::HrAdmin).await;
        assert!(browser.rows().await.len() > 1);
        browser.sign_in_as("acme", Role::Employee).await;
        let own = listed(&browser.site.actor("acme", Role::Employee).await, "").await;
        browser.shows(own.iter().map(|person| person.id)).await;
        shows_no_salary(browser, &paid, "after the HR admin").await;
        browser.sign_in_as("acme", Role::HrAdmin).await;
        assert!(browser.has("td[data-test=salary]").await);
    })
    .await;
}
