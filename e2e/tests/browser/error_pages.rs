//! URLs that lead to nothing: no company, no page or no person.

use domain::Role;

use crate::{browser::in_a_browser, site::listed};

/// P1, I3: a host without a company says so, shows no people, and links to the picker.
#[tokio::test]
async fn a_company_that_does_not_exist_is_explained() {
    in_a_browser(1280, async |browser| {
        browser.expect_console("status of 404");
        browser.go("no-such-company", "/people").await;
        let said = browser.see("[data-test=unknown-company]").await.text().await.unwrap();
        assert!(said.contains("no-such-company.localhost"), "{said}");
        assert!(!browser.has("[data-test=row]").await);
        browser.click("[data-test=to-picker]").await;
        browser.see("[data-test=company-card]").await;
    })
    .await;
}

/// P2: a path without a page is explained, on a company's host and on the bare host, and has the status 404.
#[tokio::test]
async fn a_path_without_a_page_is_explained() {
    const STATUS: &str = "return performance.getEntriesByType('navigation')[0].responseStatus";
    in_a_browser(1280, async |browser| {
        browser.expect_console("status of 404");
        for slug in ["", "acme"] {
            browser.go(slug, "/no/such/page").await;
            browser.see("[data-test=not-found]").await;
            assert_eq!(browser.ask::<u16>(STATUS).await, 404, "`{slug}`");
        }
    })
    .await;
}

/// I3: a person of another company, a person who does not exist and a malformed id all show the same page.
#[tokio::test]
async fn a_person_of_another_company_is_not_found() {
    in_a_browser(1280, async |browser| {
        browser.expect_console("status of 404");
        let foreign = &listed(&browser.site.actor("betaco", Role::HrAdmin).await, "").await[0];
        browser.sign_in_as("acme", Role::HrAdmin).await;
        let nowhere = "00000000-0000-4000-8000-000000000000";
        for id in [foreign.id.to_string().as_str(), nowhere, "7"] {
            browser.go("acme", &format!("/people/{id}")).await;
            browser.see("[data-test=nobody-here]").await;
            let document = browser.document().await;
            assert!(!document.contains(foreign.email.as_str()), "{id}");
            assert!(!document.contains(&foreign.last_name), "{id}");
        }
    })
    .await;
}

/// P2: a link whose cursor was cut off is explained, and the whole list is one click away.
#[tokio::test]
async fn a_link_with_a_truncated_cursor_is_explained() {
    in_a_browser(1280, async |browser| {
        browser.expect_console("status of 400");
        browser.sign_in_as("acme", Role::HrAdmin).await;
        browser.go("acme", "/people?cursor=cut-o").await;
        browser.see("[data-test=error]").await;
        browser.click("[data-test=whole-list]").await;
        browser.rows().await;
        assert_eq!(browser.path().await, "/people");
    })
    .await;
}

/// P1: a wrong password is refused in words that do not say which part was wrong.
#[tokio::test]
async fn a_wrong_password_is_explained() {
    in_a_browser(1280, async |browser| {
        browser.expect_console("status of 401");
        let account = browser.site.account("acme", Role::HrAdmin).await;
        browser.go("acme", "/sign-in").await;
        browser.see("[data-test=email]").await.send_keys(account.email).await.unwrap();
        browser.see("[data-test=password]").await.send_keys("not-this-one").await.unwrap();
        browser.click("[data-test=sign-in-submit]").await;
        let said = browser.see("[data-test=sign-in-error]").await.text().await.unwrap();
        assert!(said.contains("E-mail or password"), "{said}");
        assert_eq!(browser.path().await, "/sign-in");
    })
    .await;
}
