//! C1: the session cookie: its attributes, and values that are refused.

use api_types::{Code, SessionView, paths};
use domain::{EmployeeNumber, Role};
use e2e::{Company, PASSWORD, Reply, Stack};
use reqwest::Method;

/// C1: the cookie has exactly the declared name and attributes, and a value of 256 random bits.
#[tokio::test]
async fn signing_in_sets_one_session_cookie_with_exactly_its_attributes() {
    let acme = Company::fresh(Stack::get().await).await;
    let reply = acme.visitor().sign_in(&acme.email_of(Role::HrAdmin), PASSWORD).expect(201).await;
    let cookie = reply.session_cookie();
    assert_eq!(cookie.name, "__Host-session");
    assert_eq!(cookie.attributes(), "httponly; max-age=86400; path=/; samesite=Lax; secure");
    assert_eq!(cookie.value.len(), 43, "256 bits in unpadded base64url");
    assert!(cookie.value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
    assert!(!reply.text().contains(&cookie.value), "the body must not contain the session id");
}

/// P1: Acme's HR admin is user 1042. The reply to a sign-in names the user, the company and the role.
#[tokio::test]
async fn the_reply_to_a_sign_in_names_user_company_and_role() {
    let acme = Company::fresh(Stack::get().await).await;
    let created: SessionView =
        acme.visitor().sign_in(&acme.email_of(Role::HrAdmin), PASSWORD).expect(201).await.json();
    assert_eq!(created.company_slug, acme.slug);
    assert_eq!(created.user_number, EmployeeNumber::try_from(1042).ok());
    assert_eq!((created.role, created.employee_id), (Role::HrAdmin, Some(acme.roster.hr_admin())));
    let later: SessionView = acme.hr_admin().await.get(paths::SESSION).expect(200).await.json();
    assert_eq!((later.email, later.permissions), (created.email, created.permissions));
}

/// C1: reading sets no cookie, so a read never renews or replaces the session id.
#[tokio::test]
async fn reading_sets_no_cookie() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    for path in [paths::SESSION, paths::EMPLOYEES, paths::DEPARTMENTS, paths::COMPANY] {
        assert_eq!(admin.get(path).expect(200).await.set_cookies(), []);
    }
}

/// C1: an altered, truncated, extended, padded, re-spelled or invented value is refused.
#[tokio::test]
async fn a_session_id_that_was_not_issued_is_refused() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let good = admin.session.clone().unwrap();
    let mut altered: Vec<String> =
        (0..good.len()).map(|at| with_another_character(&good, at)).collect();
    let swapped: String = good
        .chars()
        .map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
        .collect();
    altered.extend([
        swapped,
        String::new(),
        good[..42].to_owned(),
        good[1..].to_owned(),
        "0".repeat(43),
        "A".repeat(4000),
    ]);
    altered.extend([
        format!("{good}="),
        format!("{good}A"),
        format!("{good}.sig"),
        format!("\"{good}\""),
        format!("%{good}"),
        "1042".to_owned(),
    ]);
    for value in altered {
        let reply = admin.clone().with_session(&value).get(paths::EMPLOYEES).expect(401).await;
        reply.problem(Code::NotSignedIn);
    }
    admin.get(paths::EMPLOYEES).expect(200).await;
}

/// Replaces one character by another of the alphabet. `Q` and `g` end in two zero bits, so the value is valid base64url also if the last of the 43 characters was
/// replaced, and only the lookup can refuse it.
fn with_another_character(good: &str, at: usize) -> String {
    let other = if good.as_bytes()[at] == b'Q' { "g" } else { "Q" };
    format!("{}{other}{}", &good[..at], &good[at + 1..])
}

/// C1: two session cookies are refused, in one header or in two, equal or not, because it is unclear which one is meant.
#[tokio::test]
async fn a_duplicated_cookie_is_refused() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let good = format!("{}={}", Reply::SESSION_COOKIE, admin.session.as_ref().unwrap());
    let bad = format!("{}=x", Reply::SESSION_COOKIE);
    for twice in [format!("{good}; {good}"), format!("{good}; {bad}"), format!("{bad}; {good}")] {
        admin.get(paths::EMPLOYEES).cookie(&twice).expect(401).await.problem(Code::NotSignedIn);
    }
    admin
        .get(paths::EMPLOYEES)
        .header("cookie", &good)
        .expect(401)
        .await
        .problem(Code::NotSignedIn);
    admin.get(paths::EMPLOYEES).cookie(&format!("theme=dark; {good}; a=b")).expect(200).await;
}

/// C1: a session id in a cookie of another name, or in another header, is refused.
#[tokio::test]
async fn a_session_id_in_another_cookie_or_header_is_refused() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let value = admin.session.as_ref().unwrap();
    for name in [
        "session",
        "__host-session",
        "__Secure-session",
        "__Host-Session",
        "__Host-session2",
        "sid",
    ] {
        admin
            .get(paths::EMPLOYEES)
            .cookie(&format!("{name}={value}"))
            .expect(401)
            .await
            .problem(Code::NotSignedIn);
    }
    for header in ["authorization", "x-session", "x-forwarded-cookie"] {
        admin.clone().signed_out().get(paths::EMPLOYEES).header(header, value).expect(401).await;
    }
}

/// C1: the cookie of one company is refused at another, on every route and with every method.
#[tokio::test]
async fn a_cookie_sent_to_another_tenant_is_refused() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let thief = betaco.visitor().with_session(acme.hr_admin().await.session.as_ref().unwrap());
    for path in [
        paths::SESSION,
        paths::EMPLOYEES,
        paths::DEPARTMENTS,
        &paths::employee(betaco.roster.hr_admin()),
    ] {
        thief.get(path).expect(401).await.problem(Code::NotSignedIn);
        assert!(thief.request(Method::HEAD, path).expect(401).await.body.is_empty());
    }
    thief.request(Method::DELETE, paths::SESSION).expect(401).await.problem(Code::NotSignedIn);
}

/// C1: signing out removes the cookie, with the same attributes, and clears the browser's cache and storage.
#[tokio::test]
async fn signing_out_removes_the_cookie() {
    let acme = Company::fresh(Stack::get().await).await;
    let reply = acme.hr_admin().await.request(Method::DELETE, paths::SESSION).expect(204).await;
    let cookie = reply.session_cookie();
    assert_eq!(cookie.value, "");
    assert_eq!(cookie.attributes(), "httponly; max-age=0; path=/; samesite=Lax; secure");
    assert_eq!(
        reply.header("clear-site-data"),
        Some(r#""cache","storage""#),
        "not \"cookies\": that would also remove the cookies of other companies"
    );
}
