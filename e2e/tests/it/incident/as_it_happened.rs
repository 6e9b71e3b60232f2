//! The application of the incident. Every assertion of a leak in this file is WRONG ON PURPOSE: it proves that the broken code is broken.

use e2e::{
    Redis,
    incident::{ACME, Admin, BETACO, COMPANIES, GAMMACORP, Incident, employees_of},
};

async fn lesson_application() -> Incident {
    Incident::start(&Redis::shared().await.url_of_a_fresh_database()).await
}

/// I1: WRONG ON PURPOSE. BetaCo's admin asks at 9:00, Acme's admin, user 1042, at 9:02. Every answer is a 200, and Acme sees BetaCo's employees.
#[tokio::test]
async fn acme_sees_the_employees_of_betaco_after_a_request_of_betaco() {
    let app = lesson_application().await;
    let betaco = app.sign_in(&BETACO).await;
    let at_nine = app.employees(&betaco).await;
    assert_eq!((at_nine.status.as_u16(), &at_nine.employees), (200, &employees_of(&BETACO)));

    let acme = app.sign_in(&ACME).await;
    let at_two_past_nine = app.employees(&acme).await;
    assert_eq!(at_two_past_nine.status, 200, "monitoring saw no error");
    assert!(at_two_past_nine.shows(&BETACO), "WRONG ON PURPOSE: emails with @betaco.com");
    assert!(!at_two_past_nine.shows(&ACME), "WRONG ON PURPOSE: and no employee of Acme");
    assert_eq!(at_two_past_nine.employees, employees_of(&BETACO));
}

/// I1: WRONG ON PURPOSE. The order decides which company is the victim: the others see the employees of the company that asks first, with three companies too.
#[tokio::test]
async fn employees_of_the_first_tenant_are_shown_to_the_others() {
    for first in &COMPANIES {
        let app = lesson_application().await;
        let sid = app.sign_in(first).await;
        assert_eq!(app.employees(&sid).await.employees, employees_of(first));
        for other in COMPANIES.iter().filter(|other| *other != first) {
            let sid = app.sign_in(other).await;
            let list = app.employees(&sid).await;
            assert!(
                list.status == 200 && list.shows(first) && !list.shows(other),
                "{} saw {list:?}",
                other.company
            );
        }
    }
}

/// I1: the reason for the leak: one cache key for all companies, kept for 300 seconds.
#[tokio::test]
async fn the_cache_has_one_key_for_all_tenants() {
    let app = lesson_application().await;
    for admin in [&BETACO, &ACME, &GAMMACORP] {
        let sid = app.sign_in(admin).await;
        app.employees(&sid).await;
    }
    let (key, rows, seconds) = app.db_cache_entry().await;
    assert_eq!((key, rows), ("employee_list", employees_of(&BETACO)));
    assert!((290..=300).contains(&seconds), "{seconds} s");
}

/// I1: a test with one company passes on the same code, so such tests did not find the leak. Compare the first test of this file.
#[tokio::test]
async fn an_admin_sees_exactly_the_employees_of_their_tenant() {
    async fn sees_own(app: &Incident, admin: &Admin) {
        let sid = app.sign_in(admin).await;
        let (miss, hit) = (app.employees(&sid).await, app.employees(&sid).await);
        assert_eq!((miss.status.as_u16(), miss.employees), (200, employees_of(admin)));
        assert_eq!(
            (hit.status.as_u16(), hit.employees),
            (200, employees_of(admin)),
            "also from the cache"
        );
    }
    sees_own(&lesson_application().await, &ACME).await;
}

/// S7: WRONG ON PURPOSE. An invented cookie finds an empty hash, the code takes an empty hash for a session, and the cache returns the list without a user.
#[tokio::test]
async fn an_invented_cookie_is_accepted() {
    let app = lesson_application().await;
    let betaco = app.sign_in(&BETACO).await;
    app.employees(&betaco).await;
    let list = app.employees(&app.made_up_sid()).await;
    assert!(
        list.status == 200 && list.shows(&BETACO),
        "WRONG ON PURPOSE: a client that is not signed in sees {list:?}"
    );
}
