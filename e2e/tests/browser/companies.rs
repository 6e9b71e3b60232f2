//! The main task: the HR admin of each company signs in with one click and sees the people of that company, and no others.

use std::collections::BTreeSet;

use api_types::EmployeeRow;
use domain::Role;

use crate::{
    browser::{Browser, Row, in_a_browser},
    site::{COMPANIES, listed},
};

/// The query for all people who have ever worked at a company.
const EVERYBODY: &str = "limit=200&status=active,on_leave,starting,terminated";

/// P1, I3: one click signs in as the HR admin of each company. One browser holds all three sessions. Each directory, read to its last page,
/// shows its own people in order and nothing of the two other companies: no link, no e-mail address, no name.
#[tokio::test]
async fn the_hr_admin_of_each_company_sees_only_its_own_people() {
    in_a_browser(1280, async |browser| {
        for slug in COMPANIES {
            browser.sign_in_as(slug, Role::HrAdmin).await;
            sees_own_people_only(browser, slug).await;
        }
        // All three are signed in now; the first one still sees the same.
        for slug in COMPANIES {
            browser.go(slug, "/people").await;
            sees_own_people_only(browser, slug).await;
        }
    })
    .await;
}

/// P1: the picker also signs in as manager, employee and auditor, and the page shows who is signed in.
#[tokio::test]
async fn one_click_is_enough_for_every_role() {
    in_a_browser(1280, async |browser| {
        for role in Role::ALL {
            let account = browser.site.account("acme", role).await;
            browser.sign_in_as("acme", role).await;
            let name = browser.see("[data-test=viewer-name]").await.text().await.unwrap();
            assert_eq!(name, account.name);
            let seen = browser.rows().await.len();
            let listed = listed(&browser.site.actor("acme", role).await, "").await.len();
            assert!(seen <= listed, "{role:?} sees {seen} rows of {listed}");
        }
    })
    .await;
}

/// P1: the companies of the demonstration share names, so that a name alone does not show which company a row belongs to.
#[tokio::test]
async fn people_of_different_companies_share_names() {
    let site = crate::site::Site::get().await;
    let mut seen = Vec::new();
    for slug in COMPANIES {
        let people = listed(&site.actor(slug, Role::HrAdmin).await, EVERYBODY).await;
        assert!(people.len() > 100, "{} people at {slug}", people.len());
        seen.push(names(&people));
    }
    for (one, other) in [(0, 1), (1, 2), (0, 2)] {
        assert!(!seen[one].is_disjoint(&seen[other]), "{one} and {other}");
    }
}

async fn sees_own_people_only(browser: &Browser, slug: &str) {
    let site = browser.site;
    let own = listed(&site.actor(slug, Role::HrAdmin).await, "").await;
    let (rows, documents) = walk(browser).await;
    let shown: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let wanted: Vec<String> = own.iter().map(|person| person.id.to_string()).collect();
    assert_eq!(shown, wanted, "the people of {slug}, in order");

    let own_names = names(&listed(&site.actor(slug, Role::HrAdmin).await, EVERYBODY).await);
    let shown_names: BTreeSet<String> = rows.iter().map(|row| row.name.clone()).collect();
    for other in COMPANIES.into_iter().filter(|other| *other != slug) {
        let foreign = listed(&site.actor(other, Role::HrAdmin).await, EVERYBODY).await;
        for person in &foreign {
            let (id, email) = (person.id.to_string(), &person.email);
            assert!(
                !documents.contains(&id) && !documents.contains(email.as_str()),
                "{email} of {other} at {slug}"
            );
        }
        let foreign_names: BTreeSet<String> =
            names(&foreign).difference(&own_names).cloned().collect();
        assert!(!foreign_names.is_empty(), "{other} has names of its own");
        let leaked: Vec<_> = shown_names.intersection(&foreign_names).collect();
        assert!(leaked.is_empty(), "{leaked:?} of {other} at {slug}");
    }
}

/// All rows of all pages, read with the button that a user would click, and the HTML of all pages.
async fn walk(browser: &Browser) -> (Vec<Row>, String) {
    let (mut all, mut documents) = (Vec::new(), String::new());
    loop {
        let rows = browser.rows().await;
        documents += &browser.document().await;
        let last = rows.last().cloned();
        all.extend(rows);
        if browser.has("[data-test=next][aria-disabled=true]").await {
            return (all, documents);
        }
        browser.click("[data-test=next]").await;
        e2e::until("another page", crate::browser::TIMEOUT, async || {
            (browser.rows().await.last().cloned() != last).then_some(())
        })
        .await;
    }
}

fn names(people: &[EmployeeRow]) -> BTreeSet<String> {
    people.iter().map(|person| format!("{} {}", person.first_name, person.last_name)).collect()
}
