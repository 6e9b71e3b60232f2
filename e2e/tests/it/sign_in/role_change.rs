//! S2: after a change of role the user's sessions go on with the new role, under a new id.

use std::time::Duration;

use api_types::{
    Code, EmployeeRow, Page, SessionList, SessionSettings, SessionView, cookies::STRICT_SESSION,
    paths,
};
use domain::{Role, SessionPolicy};
use e2e::{Actor, Company, Pkce, REDIRECT_URI, Reply, Stack, until};
use futures_util::future::join_all;
use reqwest::Method;

use super::remembered::{resume, sign_in, value_in};

/// The deadline for the end of a replaced id, which is accepted for ten seconds.
const END_OF_THE_OLD_ID: Duration = Duration::from_secs(11);

/// Makes the manager an auditor.
async fn make_auditor(stack: &Stack, company: &Company) {
    let (slug, email) = (company.slug.as_str(), company.email_of(Role::Manager));
    let set = ["role", "set", "--company", slug, "--account", &email, "--role", "auditor"];
    stack.server_config().run(&set).await.succeeded();
}

/// The value of the session cookie that the reply sets; `None` if it sets none.
fn new_id(reply: &Reply) -> Option<String> {
    let mut cookies = reply.set_cookies();
    cookies.retain(|cookie| cookie.name == Reply::SESSION_COOKIE);
    assert!(cookies.len() <= 1, "{cookies:?}");
    cookies.pop().map(|cookie| cookie.value)
}

fn the_new_id(reply: &Reply) -> String {
    new_id(reply).unwrap_or_else(|| panic!("the reply sets no session cookie"))
}

/// Sends a request with the session and returns it with its new id.
async fn renewed(session: &Actor) -> Actor {
    let reply = session.get(paths::SESSION).expect(200).await;
    assert_eq!(reply.json::<SessionView>().role, Role::Auditor);
    session.clone().with_session(&the_new_id(&reply))
}

async fn is_signed_out(session: &Actor) {
    session.get(paths::SESSION).expect(401).await.problem(Code::NotSignedIn);
}

/// S2: the next request on any node has the rights of the new role and gets a new id. The old id works for less than eleven seconds, with the new role too.
#[tokio::test]
async fn a_change_of_role_is_in_force_at_the_next_request_on_every_node() {
    let stack = Stack::get().await;
    let (acme, second) = (Company::fresh(stack).await, stack.second_node().await);
    let old = acme.manager().await;
    let view: SessionView = old.get(paths::SESSION).expect(200).await.json();
    make_auditor(stack, &acme).await;
    let reply = old.clone().on(&second).get(paths::EMPLOYEES).expect(200).await;
    let page: Page<EmployeeRow> = reply.json();
    assert_eq!(page.total, acme.roster.staff().count() as u64, "an auditor sees every employee");
    let new = old.clone().with_session(&the_new_id(&reply));
    assert_ne!(new.session, old.session);
    for session in [&old, &new] {
        for session in [session.clone(), session.clone().on(&second)] {
            let reply = session.get(paths::SESSION).expect(200).await;
            assert_eq!(new_id(&reply), None, "only one response has the new id");
            let found: SessionView = reply.json();
            assert_eq!((found.role, found.expires_at), (Role::Auditor, view.expires_at));
            let list: SessionList = session.get(paths::SESSIONS).expect(200).await.json();
            assert!(matches!(&list.items[..], [one] if one.current), "{list:?}");
        }
    }
    let ends = async || {
        let reply = old.get(paths::SESSION).send().await;
        assert!([200, 401].contains(&reply.status), "{}", reply.status);
        let renewed = reply.status == 200 && new_id(&reply).is_some();
        assert!(!renewed, "the same change of role gave the session another new id");
        (reply.status == 401).then_some(())
    };
    until("the old id to end", END_OF_THE_OLD_ID, ends).await;
    for node in [&stack.server, &second] {
        is_signed_out(&old.clone().on(node)).await;
        new.clone().on(node).get(paths::EMPLOYEES).expect(200).await;
    }
}

/// S2: of requests that are sent at the same time with the old id, one gets a new id, and all have the new role.
#[tokio::test]
async fn of_concurrent_requests_one_gets_the_new_id() {
    let stack = Stack::get().await;
    let (acme, second) = (Company::fresh(stack).await, stack.second_node().await);
    let old = acme.manager().await;
    make_auditor(stack, &acme).await;
    let nodes = [&stack.server, &second];
    let requests = (0..8).map(|n| old.clone().on(nodes[n % 2]).get(paths::SESSION).expect(200));
    let replies = join_all(requests).await;
    let ids: Vec<String> = replies.iter().filter_map(new_id).collect();
    assert_eq!(ids.len(), 1);
    for reply in &replies {
        assert_eq!(reply.json::<SessionView>().role, Role::Auditor);
    }
    old.with_session(&ids[0]).get(paths::EMPLOYEES).expect(200).await;
}

/// S2, S4: signing out with either id ends the session under both, on every node.
#[tokio::test]
async fn signing_out_with_the_old_id_ends_the_new_one() {
    let stack = Stack::get().await;
    let (acme, second) = (Company::fresh(stack).await, stack.second_node().await);
    for with_the_old_one in [true, false] {
        let old = acme.manager().await;
        make_auditor(stack, &acme).await;
        let new = renewed(&old).await;
        let ending = if with_the_old_one { &old } else { &new };
        ending.request(Method::DELETE, paths::SESSION).expect(204).await;
        for session in [&old, &new] {
            for node in [&stack.server, &second] {
                is_signed_out(&session.clone().on(node)).await;
            }
        }
    }
    // The sign-out is the first request after the change.
    let old = acme.manager().await;
    make_auditor(stack, &acme).await;
    let reply = old.request(Method::DELETE, paths::SESSION).expect(204).await;
    assert_eq!(reply.session_cookie().value, "", "the browser deletes the cookie");
    is_signed_out(&old).await;
}

/// S2, C2: under the strict policy the new id has the strict cookie.
#[tokio::test]
async fn the_new_id_follows_the_session_policy() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let settings = SessionSettings { policy: SessionPolicy::Strict };
    let admin = acme.hr_admin().await;
    admin.request(Method::PUT, paths::SESSION_SETTINGS).json(&settings).expect(200).await;
    let old = acme.manager().await;
    make_auditor(stack, &acme).await;
    let cookie = old.get(paths::EMPLOYEES).expect(200).await.session_cookie();
    let left: u64 = cookie.attributes["max-age"].parse().unwrap();
    assert!(cookie.attributes["samesite"] == "Strict" && left <= STRICT_SESSION.max_age);
}

/// S2, C3: a remembered device stays remembered and has the new role. Ending the session under its new id forgets the device.
#[tokio::test]
async fn a_remembered_device_follows_its_session() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let signed_in = sign_in(&acme, Role::Manager, true).await;
    make_auditor(stack, &acme).await;
    let resumed = resume(&acme.visitor(), &value_in(&signed_in), 201).await;
    assert_eq!(resumed.json::<SessionView>().role, Role::Auditor);
    let old = acme.visitor().with_session(&resumed.session_cookie().value);
    make_auditor(stack, &acme).await;
    let new = renewed(&old).await;
    let list: SessionList = new.get(paths::SESSIONS).expect(200).await.json();
    assert!(list.remembered.is_empty(), "the device has this session: {list:?}");
    new.request(Method::DELETE, paths::SESSION).expect(204).await;
    resume(&acme.visitor(), &value_in(&resumed), 204).await;
}

/// S2, T5: tokens end with the old role, so an application asks its user to sign in again, although the session goes on.
#[tokio::test]
async fn an_application_asks_for_a_new_sign_in() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let parameters = format!(
        "--flow code --flow REFRESH_TOKEN_AUTH --redirect-uri {REDIRECT_URI} --scope hr/employees.read"
    );
    let (app, pkce) = (acme.application(&parameters).await, Pkce::fresh());
    let old = acme.manager().await;
    let asked = app.authorize(&pkce, &[]);
    let sent = |session: &Actor| session.get(&asked).expect(303);
    assert!(sent(&old).await.sent_to().parameters.contains_key("code"), "the control");
    make_auditor(stack, &acme).await;
    let reply = sent(&old).await;
    assert_eq!((reply.sent_to().address.as_str(), new_id(&reply)), ("/sign-in", None));
    let new = renewed(&old).await;
    assert_eq!(sent(&new).await.sent_to().address, "/sign-in");
    let again = acme.manager().await;
    assert!(sent(&again).await.sent_to().parameters.contains_key("code"));
    new.get(paths::EMPLOYEES).expect(200).await;
}

/// S2, S5: a node with another session store carries out the latest revocations once more, in Redis too. The session stays valid under its new id.
#[tokio::test]
async fn a_repeated_note_of_the_old_id_does_not_end_the_session() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let _other_store = stack.server_config().with_sessions_in_postgres().start().await;
    let old = acme.manager().await;
    make_auditor(stack, &acme).await;
    let new = renewed(&old).await;
    let repeated = format!(
        "2 = (select count(*) from platform.revocation where tenant_id = '{}' and kind in ('role', 'replaced') and applied_to like 'records:%')",
        acme.tenant
    );
    let carried_out = async || stack.postgres.db_holds(&repeated).await.then_some(());
    until("the other node to carry them out", Duration::from_secs(40), carried_out).await;
    for session in [&old, &new] {
        let reply = session.get(paths::SESSION).expect(200).await;
        assert_eq!(new_id(&reply), None, "the same change gives the session no other id");
    }
}

/// S2, S5: sessions in PostgreSQL get the new role too, within seconds, because a node marks them.
#[tokio::test]
async fn sessions_in_postgresql_get_the_new_role() {
    let stack = Stack::get().await;
    let config = stack.server_config().with_sessions_in_postgres();
    let (acme, first, second) =
        (Company::fresh(stack).await, config.start().await, config.start().await);
    let old = acme.actor_on(&first, Role::Manager).await;
    make_auditor(stack, &acme).await;
    let new = until("a node to mark the session", Duration::from_secs(20), async || {
        let reply = old.get(paths::SESSION).expect(200).await;
        new_id(&reply).map(|id| old.clone().with_session(&id))
    })
    .await;
    for session in [&old, &new] {
        let view: SessionView =
            session.clone().on(&second).get(paths::SESSION).expect(200).await.json();
        assert_eq!(view.role, Role::Auditor);
    }
    old.request(Method::DELETE, paths::SESSION).expect(204).await;
    is_signed_out(&new.on(&second)).await;
}
