//! C3: a device that stays signed in: its cookie is used once and replaced, a copy is detected, and every end of a session forgets it.

use api_types::{Code, NewSession, SessionList, SessionSettings, SessionView, paths};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Role, SessionPolicy};
use e2e::{Actor, Company, PASSWORD, Reply, SetCookie, Stack, db_redis, db_session::key_of};
use redis::AsyncCommands;
use reqwest::Method;

const REMEMBER: &str = "__Host-remember";

/// Signs in and asks for the device to be remembered.
pub(super) async fn sign_in(company: &Company, role: Role, remember_me: bool) -> Reply {
    let new =
        NewSession { email: company.email_of(role), password: PASSWORD.to_owned(), remember_me };
    let visitor = company.visitor();
    visitor.request(Method::POST, paths::SESSION).json(&new).with_retry().expect(201).await
}

/// The cookie of a remembered device in a reply; `None` if the reply does not set it.
fn remember_cookie(reply: &Reply) -> Option<SetCookie> {
    reply.set_cookies().into_iter().find(|cookie| cookie.name == REMEMBER)
}

/// The cookie's value as a remembered device gets it.
pub(super) fn value_in(reply: &Reply) -> String {
    let Some(cookie) = remember_cookie(reply) else { panic!("no cookie of a remembered device") };
    assert_eq!(cookie.value.len(), 64);
    cookie.value
}

/// Shows the cookie of a remembered device.
pub(super) async fn resume(visitor: &Actor, value: &str, status: u16) -> Reply {
    let request = visitor.request(Method::POST, paths::REMEMBERED_SESSION);
    request.cookie(&format!("{REMEMBER}={value}")).expect(status).await
}

/// Refuses the cookie of a device that is not remembered, and makes the browser delete it.
async fn is_forgotten(visitor: &Actor, value: &str) {
    let reply = resume(visitor, value, 204).await;
    let cookies = reply.set_cookies();
    assert!(matches!(&cookies[..], [one] if one.name == REMEMBER && one.value.is_empty()));
}

/// Moves the remembered devices of a company into the past, as if they had been remembered and used so long ago.
pub(super) async fn age(stack: &Stack, company: &Company, interval: &str) {
    let sql = format!(
        "update remembered_device set authenticated_at = authenticated_at - interval '{interval}', expires_at = expires_at - interval '{interval}', replaced_at = replaced_at - interval '{interval}' where tenant_id = '{}'",
        company.tenant
    );
    stack.postgres.db_as_superuser(&sql).await;
}

/// C3: a device stays signed in only if the user asks for it. It starts a session without a password, each time with a new cookie, and until the same day.
#[tokio::test]
async fn a_remembered_device_signs_in_without_a_password() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    assert!(remember_cookie(&sign_in(&acme, Role::HrAdmin, false).await).is_none());
    let first = sign_in(&acme, Role::HrAdmin, true).await;
    let cookie = remember_cookie(&first).unwrap();
    let attributes = cookie.attributes();
    assert!(attributes.starts_with("httponly; max-age=259"), "{attributes}");
    assert!(attributes.ends_with("; path=/; samesite=Strict; secure"), "{attributes}");
    age(stack, &acme, "1 day").await;
    let resumed = resume(&acme.visitor(), &value_in(&first), 201).await;
    let [before, after] = [&first, &resumed].map(Reply::json::<SessionView>);
    assert_eq!((before.email, before.role), (after.email, after.role));
    let actor = acme.visitor().with_session(&resumed.session_cookie().value);
    actor.get(paths::EMPLOYEES).expect(200).await;
    let next = remember_cookie(&resumed).unwrap();
    assert_ne!(next.value, cookie.value);
    let left: u32 = next.attributes["max-age"].parse().unwrap();
    assert!(left <= 29 * 86_400, "{left}: no use moves the end");
    age(stack, &acme, "29 days").await;
    is_forgotten(&acme.visitor(), &next.value).await;
}

/// C3: if the reply with the next value is lost, the browser shows the previous one again. After half a minute that forgets the device and ends the session that it
/// started last, but no other session of the account.
#[tokio::test]
async fn a_lost_reply_forgets_the_device_only() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let office = acme.hr_admin().await;
    let cookie = value_in(&sign_in(&acme, Role::HrAdmin, true).await);
    let lost = resume(&acme.visitor(), &cookie, 201).await;
    age(stack, &acme, "1 minute").await;
    is_forgotten(&acme.visitor(), &cookie).await;
    is_forgotten(&acme.visitor(), &value_in(&lost)).await;
    let started = acme.visitor().with_session(&lost.session_cookie().value);
    started.get(paths::SESSION).expect(401).await.problem(Code::NotSignedIn);
    office.get(paths::SESSION).expect(200).await;
}

/// C3: a request without the cookie is told nothing and costs nothing; an unreadable cookie is deleted.
#[tokio::test]
async fn another_browser_is_not_remembered() {
    let acme = Company::fresh(Stack::get().await).await;
    let nobody = acme.visitor().request(Method::POST, paths::REMEMBERED_SESSION).expect(204).await;
    assert_eq!(nobody.set_cookies(), []);
    for odd in ["", "x", &"A".repeat(64), &"A".repeat(4_000)] {
        is_forgotten(&acme.visitor(), odd).await;
    }
}

/// C3: an older value than the previous one means that two browsers have the cookie. Every session of the account ends, but none of another user.
#[tokio::test]
async fn a_copied_cookie_ends_all_sessions_of_its_account() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let (office, colleague) = (acme.hr_admin().await, acme.manager().await);
    let stolen = value_in(&sign_in(&acme, Role::HrAdmin, true).await);
    let second = value_in(&resume(&acme.visitor(), &stolen, 201).await);
    let third = value_in(&resume(&acme.visitor(), &second, 201).await);
    is_forgotten(&acme.visitor(), &stolen).await;
    is_forgotten(&acme.visitor(), &third).await;
    resume(&acme.visitor(), &second, 204).await;
    office.get(paths::SESSION).expect(401).await.problem(Code::NotSignedIn);
    colleague.get(paths::SESSION).expect(200).await;
}

/// C3: two tabs that open at the same time send the same cookie. Both are signed in, and one of them gets the next cookie.
#[tokio::test]
async fn two_tabs_may_show_the_same_cookie() {
    let acme = Company::fresh(Stack::get().await).await;
    let cookie = value_in(&sign_in(&acme, Role::HrAdmin, true).await);
    let visitor = acme.visitor();
    let (one, other) = tokio::join!(resume(&visitor, &cookie, 201), resume(&visitor, &cookie, 201));
    let next: Vec<_> = [&one, &other].into_iter().filter_map(remember_cookie).collect();
    let [next] = &next[..] else { panic!("one next cookie, not {}", next.len()) };
    for reply in [&one, &other] {
        let actor = acme.visitor().with_session(&reply.session_cookie().value);
        actor.get(paths::SESSION).expect(200).await;
    }
    resume(&visitor, &next.value, 201).await;
}

/// C3, S4: signing out, ending the session on another device, "sign out everywhere" and ending all others forget the device.
#[tokio::test]
async fn ending_a_session_forgets_its_device() {
    let acme = Company::fresh(Stack::get().await).await;
    for end in ["sign out", "end one", "everywhere", "others"] {
        let office = acme.hr_admin().await;
        let first = value_in(&sign_in(&acme, Role::HrAdmin, true).await);
        // The session that is ended is not the first one of the device.
        let reply = resume(&acme.visitor(), &first, 201).await;
        let phone = acme.visitor().with_session(&reply.session_cookie().value);
        let list: SessionList = phone.get(paths::SESSIONS).expect(200).await.json();
        let own = list.items.iter().find(|item| item.current).unwrap();
        let (actor, path) = match end {
            "sign out" => (&phone, paths::SESSION.to_owned()),
            "end one" => (&office, paths::session(&own.id)),
            "everywhere" => (&office, paths::SESSIONS.to_owned()),
            _ => (&office, paths::OTHER_SESSIONS.to_owned()),
        };
        let ended = actor.request(Method::DELETE, &path).expect(204).await;
        if end == "sign out" {
            assert_eq!(remember_cookie(&ended).unwrap().value, "", "the browser forgets it too");
        }
        phone.get(paths::SESSION).expect(401).await.problem(Code::NotSignedIn);
        is_forgotten(&acme.visitor(), &value_in(&reply)).await;
    }
}

/// C3, C2: under the strict policy no device is remembered, and those that were are not recognised.
#[tokio::test]
async fn the_strict_policy_remembers_no_device() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let before = value_in(&sign_in(&acme, Role::Manager, true).await);
    let strict = SessionSettings { policy: SessionPolicy::Strict };
    admin.request(Method::PUT, paths::SESSION_SETTINGS).json(&strict).expect(200).await;
    assert!(remember_cookie(&sign_in(&acme, Role::Manager, true).await).is_none());
    is_forgotten(&acme.visitor(), &before).await;
}

/// C3, I2: the cookie of one company finds no device at another, also if the accounts have the same ids.
#[tokio::test]
async fn a_cookie_of_another_company_is_not_recognised() {
    let [acme, betaco] = Company::twins(Stack::get().await).await;
    let cookie = value_in(&sign_in(&acme, Role::HrAdmin, true).await);
    is_forgotten(&betaco.visitor(), &cookie).await;
    resume(&acme.visitor(), &cookie, 201).await;
}

/// C3: a disabled account is not signed in by its device.
#[tokio::test]
async fn a_disabled_account_is_not_recognised() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let cookie = value_in(&sign_in(&acme, Role::Employee, true).await);
    let disable = format!("update account set disabled = true where tenant_id = '{}'", acme.tenant);
    stack.postgres.db_as_superuser(&disable).await;
    is_forgotten(&acme.visitor(), &cookie).await;
}

/// C3, G2: unknown cookies are counted for each client address and company. A cookie of a remembered device is not counted.
#[tokio::test]
async fn unknown_cookies_of_devices_have_a_price() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let config = stack.server_config().with("WATERTIGHT_LIMIT_REMEMBERED_DEVICE", "3/3600");
    let node = config.start().await;
    let visitor = acme.visitor_on(&node);
    let mut known = value_in(&sign_in(&acme, Role::HrAdmin, true).await);
    for _known in 0..5 {
        known = value_in(&resume(&visitor, &known, 201).await);
    }
    let unknown = |n: u8| URL_SAFE_NO_PAD.encode([n; 48]);
    for n in 0..3 {
        is_forgotten(&visitor, &unknown(n)).await;
    }
    let refused = resume(&visitor, &known, 429).await;
    refused.problem(Code::TooManyRequests);
    assert!(refused.header("retry-after").is_some() && refused.set_cookies().is_empty());
    is_forgotten(&betaco.visitor_on(&node), &unknown(9)).await;
}

/// C3: the database holds no value that a remembered device sends, neither as text nor as bytes.
#[tokio::test]
async fn the_database_holds_no_cookie_of_a_device() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let cookie = value_in(&sign_in(&acme, Role::HrAdmin, true).await);
    let bytes = URL_SAFE_NO_PAD.decode(&cookie).unwrap();
    // The first 16 bytes are the id of the device.
    let secret = bytes[16..].iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let devices = format!("from remembered_device as d where tenant_id = '{}'", acme.tenant);
    assert!(stack.postgres.db_holds(&format!("exists (select {devices})")).await, "a device");
    for text in [&cookie, &secret] {
        let found = format!("exists (select {devices} and d::text like '%{text}%')");
        assert!(!stack.postgres.db_holds(&found).await);
    }
}

/// C3: another user who signs in on the same browser without asking to be remembered takes the place of the one who was.
#[tokio::test]
async fn another_user_of_the_browser_ends_the_remembered_device() {
    let acme = Company::fresh(Stack::get().await).await;
    let cookie = value_in(&sign_in(&acme, Role::HrAdmin, true).await);
    let new = NewSession {
        email: acme.email_of(Role::Manager),
        password: PASSWORD.to_owned(),
        remember_me: false,
    };
    let request = acme.visitor().request(Method::POST, paths::SESSION).json(&new).with_retry();
    let reply = request.cookie(&format!("{REMEMBER}={cookie}")).expect(201).await;
    assert_eq!(remember_cookie(&reply).unwrap().value, "");
    is_forgotten(&acme.visitor(), &cookie).await;
}

/// C3, S4: a user whose session has expired can still make the product forget the device.
#[tokio::test]
async fn a_device_is_forgotten_without_a_session() {
    let acme = Company::fresh(Stack::get().await).await;
    let cookie = value_in(&sign_in(&acme, Role::HrAdmin, true).await);
    let request = acme.visitor().request(Method::DELETE, paths::REMEMBERED_SESSION);
    let reply = request.cookie(&format!("{REMEMBER}={cookie}")).expect(204).await;
    assert_eq!(remember_cookie(&reply).unwrap().value, "");
    is_forgotten(&acme.visitor(), &cookie).await;
}

/// S4, C3: a remembered device without a session is in the list of devices of its user and of an HR admin, and can be signed out there. No other user sees
/// it, or can sign it out.
#[tokio::test]
async fn a_remembered_device_without_a_session_is_listed_and_signed_out() {
    let [acme, betaco] = Company::twins(Stack::get().await).await;
    let signed_in = sign_in(&acme, Role::Manager, true).await;
    let cookie = value_in(&signed_in);
    let laptop = acme.visitor().with_session(&signed_in.session_cookie().value);
    let office = acme.manager().await;
    let list = async |actor: &Actor| -> SessionList {
        actor.get(paths::SESSIONS).expect(200).await.json()
    };
    assert_eq!(list(&office).await.remembered, [], "it has a session, which is listed");
    // The session ends as if its idle time were over: nothing forgets the device.
    db_forget_session(&acme, &laptop).await;
    let [remembered] = &list(&office).await.remembered[..] else { panic!("one device") };
    assert!(remembered.signed_in_at <= remembered.last_used_at);
    assert!(remembered.last_used_at < remembered.expires_at);
    let of_manager = paths::employee_sessions(acme.roster.manager());
    let seen: SessionList = acme.hr_admin().await.get(&of_manager).expect(200).await.json();
    assert_eq!(seen.remembered, std::slice::from_ref(remembered));
    let path = paths::session(&remembered.id);
    for stranger in [acme.hr_admin().await, betaco.manager().await] {
        assert_eq!(list(&stranger).await.remembered, []);
        stranger.request(Method::DELETE, &path).expect(404).await.problem(Code::NotFound);
    }
    office.request(Method::DELETE, &path).expect(204).await;
    assert_eq!(list(&office).await.remembered, []);
    is_forgotten(&acme.visitor(), &cookie).await;
}

/// Deletes the record of a session from Redis.
async fn db_forget_session(company: &Company, actor: &Actor) {
    let key = key_of(company.tenant, &actor.session.clone().unwrap_or_default());
    let mut redis = db_redis::open(&Stack::get().await.redis.url()).await;
    let deleted: redis::RedisResult<i64> = redis.del(key).await;
    assert!(matches!(deleted, Ok(1)), "{deleted:?}");
}
