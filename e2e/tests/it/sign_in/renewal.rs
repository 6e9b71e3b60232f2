//! S2: session ids are random, renewed at sign-in, and revoked at sign-out.

use api_types::{Code, paths};
use domain::Role;
use e2e::{Company, PASSWORD, Stack};
use reqwest::Method;
use std::collections::HashSet;

/// S2: every sign-in gets another id, whether the user is the same or not.
#[tokio::test]
async fn every_sign_in_has_an_id_of_its_own() {
    let acme = Company::fresh(Stack::get().await).await;
    let mut ids = HashSet::new();
    for role in [Role::HrAdmin, Role::HrAdmin, Role::HrAdmin, Role::Auditor] {
        assert!(ids.insert(acme.actor(role).await.session.unwrap()));
    }
}

/// S2: an id that was planted before the sign-in is not used afterwards, so the attacker gains nothing (session fixation).
#[tokio::test]
async fn a_planted_id_is_not_signed_in() {
    let acme = Company::fresh(Stack::get().await).await;
    let planted = "A".repeat(42) + "E";
    let victim = acme.visitor().with_session(&planted);
    let signed_in = victim.sign_in(&acme.email_of(Role::HrAdmin), PASSWORD).expect(201).await;
    assert_ne!(signed_in.session_cookie().value, planted);
    acme.visitor()
        .with_session(&planted)
        .get(paths::SESSION)
        .expect(401)
        .await
        .problem(Code::NotSignedIn);
}

/// S2: a valid session id of the attacker, planted before the victim signs in, never becomes the victim's session.
#[tokio::test]
async fn the_session_id_of_an_attacker_is_not_given_to_the_victim() {
    let acme = Company::fresh(Stack::get().await).await;
    let attacker = acme.employee().await;
    let victim = acme.visitor().with_session(attacker.session.as_ref().unwrap());
    victim.sign_in(&acme.email_of(Role::HrAdmin), PASSWORD).expect(201).await;
    let reply = attacker.get(paths::SESSION).send().await;
    assert!(
        reply.status == 401 || reply.text().contains("\"employee\""),
        "the attacker became {}",
        reply.text()
    );
}

/// S2: signing in again with the old cookie ends the old session.
#[tokio::test]
async fn signing_in_again_ends_the_earlier_session() {
    let acme = Company::fresh(Stack::get().await).await;
    let before = acme.hr_admin().await;
    let again = before.sign_in(&acme.email_of(Role::HrAdmin), PASSWORD).expect(201).await;
    before.get(paths::SESSION).expect(401).await.problem(Code::NotSignedIn);
    acme.visitor()
        .with_session(&again.session_cookie().value)
        .get(paths::SESSION)
        .expect(200)
        .await;
}

/// S2: a failed sign-in keeps the existing session, and sets no cookie.
#[tokio::test]
async fn a_failed_sign_in_changes_nothing() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let reply = admin.sign_in(&acme.email_of(Role::HrAdmin), "wrong").expect(401).await;
    assert_eq!(reply.set_cookies(), []);
    admin.get(paths::SESSION).expect(200).await;
}

/// S2: after signing out the very next request is refused, on every node.
#[tokio::test]
async fn a_signed_out_session_is_refused_at_once_on_every_node() {
    let stack = Stack::get().await;
    let (acme, second) = (Company::fresh(stack).await, stack.second_node().await);
    let admin = acme.hr_admin().await;
    admin.clone().on(&second).get(paths::EMPLOYEES).expect(200).await;
    admin.request(Method::DELETE, paths::SESSION).expect(204).await;
    for node in [admin.clone(), admin.clone().on(&second)] {
        for path in [paths::SESSION, paths::EMPLOYEES, paths::DEPARTMENTS] {
            node.get(path).expect(401).await.problem(Code::NotSignedIn);
        }
        node.request(Method::DELETE, paths::SESSION).expect(401).await.problem(Code::NotSignedIn);
    }
}

/// S2: signing out ends this session and no other session of the same user.
#[tokio::test]
async fn signing_out_ends_one_session() {
    let acme = Company::fresh(Stack::get().await).await;
    let (office, phone) = (acme.hr_admin().await, acme.hr_admin().await);
    office.request(Method::DELETE, paths::SESSION).expect(204).await;
    phone.get(paths::SESSION).expect(200).await;
}

/// S2: requests that are under way during a sign-out do not make the session valid again.
#[tokio::test]
async fn requests_under_way_do_not_bring_a_session_back() {
    let acme = Company::fresh(Stack::get().await).await;
    for _round in 0..10 {
        let admin = acme.hr_admin().await;
        let reading =
            futures_util::future::join_all((0..8).map(|_| admin.get(paths::EMPLOYEES).send()));
        let leaving = admin.request(Method::DELETE, paths::SESSION).expect(204);
        let (replies, _) = tokio::join!(reading, leaving);
        assert!(replies.iter().all(|reply| matches!(reply.status, 200 | 401)));
        admin.get(paths::EMPLOYEES).expect(401).await.problem(Code::NotSignedIn);
    }
}
