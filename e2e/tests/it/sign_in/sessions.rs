//! S4, C2, S3: a user sees and ends their sessions, an HR admin those of others, and the session policy of a company is in force at once.

use api_types::{Code, Problem, SessionList, SessionSettings, SessionView, paths};
use domain::{Role, SessionPolicy};
use e2e::{Actor, Company, Reply, Stack, db_redis, db_session::key_of};
use redis::AsyncCommands;
use reqwest::Method;
use serde_json::json;

/// The attributes of the session cookie under the strict policy.
const STRICT: &str = "httponly; max-age=1800; path=/; samesite=Strict; secure";

/// The sessions that a user sees.
async fn sessions_of(actor: &Actor) -> SessionList {
    actor.get(paths::SESSIONS).expect(200).await.json()
}

/// Sets the session policy of a company.
async fn set_policy(admin: &Actor, policy: SessionPolicy) -> Reply {
    let settings = SessionSettings { policy };
    admin.request(Method::PUT, paths::SESSION_SETTINGS).json(&settings).expect(200).await
}

/// S4: a user sees all of their sessions with the device of each, and none of another user or of another company with the same ids.
#[tokio::test]
async fn a_user_sees_their_own_sessions() {
    let [acme, betaco] = Company::twins(Stack::get().await).await;
    let office = acme.hr_admin().await;
    let email = acme.email_of(Role::HrAdmin);
    let phone = acme.visitor().sign_in(&email, e2e::PASSWORD).header("user-agent", "Phone/1.0");
    phone.expect(201).await;
    acme.manager().await;
    betaco.hr_admin().await;
    let list = sessions_of(&office).await;
    assert_eq!(list.items.len(), 2);
    let [current, other] = [true, false].map(|current| {
        list.items.iter().find(|item| item.current == current).expect("one of each")
    });
    assert_eq!(other.user_agent, "Phone/1.0");
    assert_eq!(other.address.as_deref(), Some("127.0.0.1"));
    for item in [current, other] {
        assert!(item.signed_in_at <= item.last_seen_at && item.last_seen_at < item.expires_at);
        assert_ne!(Some(&item.id), office.session.as_ref(), "the id signs nobody in");
    }
    let thief = acme.visitor().with_session(&other.id);
    thief.get(paths::SESSION).expect(401).await.problem(Code::NotSignedIn);
}

/// S4: ending one session takes effect on every node at once, and ends no other.
#[tokio::test]
async fn a_user_ends_one_session() {
    let stack = Stack::get().await;
    let ([acme, betaco], second) = (Company::twins(stack).await, stack.second_node().await);
    let (office, phone) = (acme.hr_admin().await, acme.hr_admin().await);
    let namesake = betaco.hr_admin().await;
    let of_phone = sessions_of(&phone).await.items.into_iter().find(|item| item.current);
    let path = paths::session(&of_phone.unwrap().id);
    for stranger in [&acme.manager().await, &namesake] {
        stranger.request(Method::DELETE, &path).expect(404).await.problem(Code::NotFound);
    }
    phone.get(paths::SESSION).expect(200).await;
    let ended = office.request(Method::DELETE, &path).expect(204).await;
    assert_eq!(ended.set_cookies(), []);
    phone.clone().on(&second).get(paths::SESSION).expect(401).await.problem(Code::NotSignedIn);
    office.request(Method::DELETE, &path).expect(404).await.problem(Code::NotFound);
    for odd in ["x", "1042", &"A".repeat(43)] {
        let unknown = office.request(Method::DELETE, &paths::session(odd)).expect(404).await;
        unknown.problem(Code::NotFound);
    }
    // Ending the own session signs out.
    let own = sessions_of(&office).await.items.into_iter().find(|item| item.current).unwrap();
    let reply = office.request(Method::DELETE, &paths::session(&own.id)).expect(204).await;
    assert_eq!(reply.session_cookie().value, "");
    office.get(paths::SESSION).expect(401).await.problem(Code::NotSignedIn);
    namesake.get(paths::SESSION).expect(200).await;
}

/// S4, S2: ending all other sessions keeps this one under a new id: the old id is refused at once, on every node, like those of the others.
#[tokio::test]
async fn a_user_ends_all_other_sessions() {
    let stack = Stack::get().await;
    let (acme, second) = (Company::fresh(stack).await, stack.second_node().await);
    let (office, phone) = (acme.hr_admin().await, acme.hr_admin().await);
    let (colleague, before) = (acme.manager().await, office.get(paths::SESSION).expect(200).await);
    let reply = office.request(Method::DELETE, paths::OTHER_SESSIONS).expect(204).await;
    let renewed = acme.visitor().with_session(&reply.session_cookie().value);
    for ended in [&office, &phone, &phone.clone().on(&second), &office.clone().on(&second)] {
        ended.get(paths::EMPLOYEES).expect(401).await.problem(Code::NotSignedIn);
    }
    let after = renewed.clone().on(&second).get(paths::SESSION).expect(200).await;
    let [before, after] = [before, after].map(|reply| reply.json::<SessionView>());
    assert_eq!(after.signed_in_at, before.signed_in_at, "the same sign-in");
    assert_eq!(after.expires_at, before.expires_at, "and no longer session");
    assert_eq!(sessions_of(&renewed).await.items.len(), 1);
    colleague.get(paths::EMPLOYEES).expect(200).await;
}

/// S4: an HR admin sees and ends the sessions of a colleague; no other role does, and nobody at another company.
#[tokio::test]
async fn an_hr_admin_ends_the_sessions_of_a_colleague() {
    let [acme, betaco] = Company::twins(Stack::get().await).await;
    let (admin, employee) = (acme.hr_admin().await, acme.employee().await);
    let namesake = betaco.employee().await;
    let path = paths::employee_sessions(acme.roster.employee());
    let list: SessionList = admin.get(&path).expect(200).await.json();
    assert_eq!(list.items.len(), 1);
    assert!(!list.items[0].current);
    for role in [Role::Manager, Role::Employee, Role::Auditor] {
        let other = acme.actor(role).await;
        for method in [Method::GET, Method::DELETE] {
            other.request(method, &path).expect(403).await.problem(Code::Forbidden);
        }
    }
    let unknown = paths::employee_sessions("0b9d8b3e-6a3e-4e0c-8a3f-3a0f5d1c2b4a".parse().unwrap());
    for method in [Method::GET, Method::DELETE] {
        admin.request(method, &unknown).expect(404).await.problem(Code::NotFound);
    }
    employee.get(paths::SESSION).expect(200).await;
    admin.request(Method::DELETE, &path).expect(204).await;
    employee.get(paths::SESSION).expect(401).await.problem(Code::NotSignedIn);
    namesake.get(paths::SESSION).expect(200).await;
    let list: SessionList = admin.get(&path).expect(200).await.json();
    assert!(list.items.is_empty());
}

/// P10, C2: only an HR admin chooses the session policy, and only of their own company.
#[tokio::test]
async fn only_an_hr_admin_sets_the_session_policy() {
    let [acme, betaco] = Company::twins(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let shown = |reply: Reply| reply.json::<SessionSettings>().policy;
    let before = admin.get(paths::SESSION_SETTINGS).expect(200).await;
    assert_eq!(shown(before), SessionPolicy::Standard);
    for role in [Role::Manager, Role::Employee, Role::Auditor] {
        let other = acme.actor(role).await;
        other.get(paths::SESSION_SETTINGS).expect(403).await.problem(Code::Forbidden);
        let strict = SessionSettings { policy: SessionPolicy::Strict };
        let put = other.request(Method::PUT, paths::SESSION_SETTINGS).json(&strict);
        put.expect(403).await.problem(Code::Forbidden);
    }
    for (odd, named) in [
        (json!({}), "policy"),
        (json!({"policy": "lax"}), "policy"),
        (json!({"policy": "strict", "idle": 1}), "idle"),
    ] {
        let put = admin.request(Method::PUT, paths::SESSION_SETTINGS).json(&odd);
        let problem = put.expect(400).await.json::<Problem>();
        assert!(problem.detail.contains(named), "{}", problem.detail);
    }
    assert_eq!(shown(set_policy(&admin, SessionPolicy::Strict).await), SessionPolicy::Strict);
    let other = betaco.hr_admin().await.get(paths::SESSION_SETTINGS).expect(200).await;
    assert_eq!(shown(other), SessionPolicy::Standard);
}

/// C2, S3: the strict policy is in force at the next request of every node: the cookie is `SameSite=Strict` and lasts half an hour, and a session that was not
/// used for that long is refused.
#[tokio::test]
async fn the_strict_policy_is_in_force_at_the_next_request() {
    let stack = Stack::get().await;
    let (acme, second) = (Company::fresh(stack).await, stack.second_node().await);
    let (admin, unused) = (acme.hr_admin().await, acme.employee().await);
    unused.clone().on(&second).get(paths::SESSION).expect(200).await;
    let mut redis = db_redis::open(&stack.redis.url()).await;
    let key = key_of(acme.tenant, unused.session.as_ref().unwrap());
    // As if the employee had done nothing for 31 minutes. The standard policy allows that.
    let [standard, strict] =
        [SessionPolicy::Standard, SessionPolicy::Strict].map(|policy| policy.idle().as_secs());
    let left = standard - strict - 60;
    let _: bool = redis.expire(&key, i64::try_from(left).unwrap()).await.unwrap();
    set_policy(&admin, SessionPolicy::Strict).await;
    for node in [unused.clone().on(&second), unused] {
        node.get(paths::EMPLOYEES).expect(401).await.problem(Code::NotSignedIn);
    }
    // A session that began under the standard policy gets its cookie again, with the same id.
    let reply = admin.clone().on(&second).get(paths::EMPLOYEES).expect(200).await;
    let cookie = reply.session_cookie();
    assert_eq!((Some(&cookie.value), &*cookie.attributes()), (admin.session.as_ref(), STRICT));
    let signed_in = acme.visitor().sign_in(&acme.email_of(Role::Manager), e2e::PASSWORD);
    assert_eq!(signed_in.expect(201).await.session_cookie().attributes(), STRICT);
    let view: SessionView = admin.get(paths::SESSION).expect(200).await.json();
    assert_eq!(view.idle_seconds, 1800);
    assert_eq!(view.expires_at - view.signed_in_at, chrono::TimeDelta::hours(8));
    set_policy(&admin, SessionPolicy::Standard).await;
    admin.get(paths::EMPLOYEES).expect(200).await;
}
