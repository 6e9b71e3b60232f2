//! S1, S7 and G14: the session record in Redis, and how the product handles a damaged or planted one.

use std::collections::BTreeMap;

use api_types::{Code, paths};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::Role;
use e2e::{
    Actor, Company, Stack, db_redis,
    db_session::{self, key_of, plant, with},
};
use redis::AsyncCommands;

/// S1: a session is one hash, under a digest of the id, with a time to live and without personal data.
#[tokio::test]
async fn a_session_is_a_hash_that_expires_and_contains_no_id() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let admin = acme.hr_admin().await;
    let id = admin.session.unwrap();
    let keys = db_redis::keys(&stack.redis.url(), &format!("s:{{{}}}:*", acme.tenant)).await;
    let [key] = keys.as_slice() else { panic!("one key for one session, not {keys:?}") };
    assert!(!key.contains(&id));

    let mut redis = db_redis::open(&stack.redis.url()).await;
    let kind: String = redis.key_type(key).await.unwrap();
    let seconds: i64 = redis.ttl(key).await.unwrap();
    let fields: BTreeMap<String, String> = redis.hgetall(key).await.unwrap();
    assert_eq!(kind, "hash");
    assert!((60..=86_400).contains(&seconds), "a time to live of {seconds} s");
    assert_eq!(
        fields["tenant"],
        acme.tenant.to_string(),
        "the record must contain the tenant, which was missing in the incident"
    );
    let everything = format!("{key} {fields:?}");
    for secret in [id.as_str(), acme.canary.as_str(), "@"] {
        assert!(!everything.contains(secret), "`{secret}` in {everything}");
    }
}

/// S1: no key and no value in Redis contains the session id.
#[tokio::test]
async fn redis_contains_no_session_id() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let admin = acme.hr_admin().await;
    for path in [paths::EMPLOYEES, paths::DEPARTMENTS, paths::SESSION] {
        admin.get(path).expect(200).await;
    }
    let id = admin.session.unwrap();
    let everything = db_redis::everything(&stack.redis.url(), &format!("*{}*", acme.tenant)).await;
    assert!(everything.len() > 2, "session, epochs and bodies: {}", everything.len());
    for (key, value) in everything {
        assert!(
            !key.contains(&id) && !db_redis::holds(&value, id.as_bytes()),
            "the session id is in {key}"
        );
    }
}

/// S7: a session that is not in Redis, a record with missing or unreadable fields, an expired one, one of another type, and one without an expiry are each
/// 401. The incident's "correct" code accepts the first two.
#[tokio::test]
async fn a_missing_or_damaged_record_is_not_signed_in() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let mut redis = db_redis::open(&stack.redis.url()).await;
    let damages: [&[&[&str]]; 9] = [
        &[&["DEL"]],
        &[&["DEL"], &["HSET", "user_id", "1042"], &["EXPIRE", "100"]],
        &[&["HDEL", "tenant"]],
        &[&["HSET", "tenant", "acme"]],
        &[&["HSET", "role", "owner"]],
        &[&["HSET", "expires_at", "0"]],
        &[&["HSET", "v", "0"]],
        &[&["DEL"], &["SET", "{\"user_id\":1042}"], &["EXPIRE", "100"]],
        &[&["PERSIST"]],
    ];
    for damage in damages {
        let admin = acme.hr_admin().await;
        let keys = db_redis::keys(&stack.redis.url(), &format!("s:{{{}}}:*", acme.tenant)).await;
        for key in keys {
            for command in damage {
                let mut order = redis::cmd(command[0]);
                command[1..].iter().fold(order.arg(&key), |order, word| order.arg(word));
                let () = order.query_async(&mut redis).await.unwrap();
            }
        }
        admin.get(paths::EMPLOYEES).expect(401).await.problem(Code::NotSignedIn);
    }
}

/// S7: a record that is copied to another company's key is refused there.
#[tokio::test]
async fn a_record_copied_to_another_tenant_is_not_signed_in() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let (ours, theirs) = (acme.hr_admin().await, betaco.hr_admin().await);
    let key = async |company: &Company| {
        db_redis::keys(&stack.redis.url(), &format!("s:{{{}}}:*", company.tenant)).await.remove(0)
    };
    let mut redis = db_redis::open(&stack.redis.url()).await;
    let () = redis::cmd("COPY")
        .arg(key(&acme).await)
        .arg(key(&betaco).await)
        .arg("REPLACE")
        .query_async(&mut redis)
        .await
        .unwrap();
    theirs.get(paths::EMPLOYEES).expect(401).await.problem(Code::NotSignedIn);
    ours.get(paths::EMPLOYEES).expect(200).await;
}

/// G14: a record that the product did not write under this key for this company is refused and raises an alert: written from nothing, with another role,
/// without its MAC, copied from another account, and copied from another company with every id changed. The record that the product wrote is accepted.
#[tokio::test]
async fn a_forged_or_copied_record_is_not_signed_in_and_raises_an_alert() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let server = stack.server_config().start().await;
    let employee = acme.actor_on(&server, Role::Employee).await;
    let admin = acme.actor_on(&server, Role::HrAdmin).await;
    let stranger = betaco.actor_on(&server, Role::HrAdmin).await;
    let mut redis = db_redis::open(&stack.redis.url()).await;
    let (acme_id, betaco_id) = (acme.tenant.to_string(), betaco.tenant.to_string());
    let session = |actor: &Actor| actor.session.clone().unwrap();
    let own_key = key_of(acme.tenant, &session(&employee));
    let own = db_session::read(&mut redis, &own_key).await;
    let admins = db_session::read(&mut redis, &key_of(acme.tenant, &session(&admin))).await;
    let strangers = db_session::read(&mut redis, &key_of(betaco.tenant, &session(&stranger))).await;
    assert_eq!(
        [&own["role"], &admins["role"], &strangers["role"]],
        ["employee", "hr_admin", "hr_admin"]
    );

    let guessed = URL_SAFE_NO_PAD.encode([7; 32]);
    let carried = acme.visitor_on(&server).with_session(&session(&stranger));
    let carried_key = key_of(acme.tenant, &session(&stranger));
    let as_ours = with(&strangers, &[("tenant", &acme_id), ("account", &admins["account"])]);
    let planted = [
        ("from nothing", employee.clone().with_session(&guessed), key_of(acme.tenant, &guessed), {
            with(&own, &[("role", "hr_admin"), ("mac", "")])
        }),
        ("without a MAC", employee.clone(), own_key.clone(), with(&own, &[("mac", "")])),
        ("another role", employee.clone(), own_key.clone(), with(&own, &[("role", "hr_admin")])),
        ("a later end", employee.clone(), own_key.clone(), {
            with(&own, &[("expires_at", "4102444800000")])
        }),
        ("another account's", employee.clone(), own_key.clone(), admins.clone()),
        ("another company's", carried.clone(), carried_key.clone(), strangers.clone()),
        ("another company's, as ours", carried, carried_key, as_ours),
    ];
    let alerts = async || {
        let of_acme = [("tenant", acme_id.as_str()), ("kind", "session_seal")];
        server.metrics().await.sum("watertight_alerts_total", &of_acme)
    };
    for (number, (name, actor, key, fields)) in (1..).zip(planted) {
        plant(&mut redis, &key, &fields).await;
        for path in [paths::EMPLOYEES, paths::SESSION] {
            actor.get(path).expect(401).await.problem(Code::NotSignedIn);
        }
        assert_eq!(alerts().await, 2 * number, "{name}");
    }
    let lines = server.lines_with("alert=\"session_seal\"");
    let names_both = |line: &str| line.contains(&acme_id) && line.contains(&betaco_id);
    assert!(lines.lines().any(names_both), "the claimed company is not named in:\n{lines}");

    // Another version of the product writes such records during an upgrade.
    plant(&mut redis, &own_key, &with(&own, &[("v", "1"), ("mac", "")])).await;
    employee.get(paths::SESSION).expect(401).await.problem(Code::NotSignedIn);
    plant(&mut redis, &own_key, &own).await;
    employee.get(paths::SESSION).expect(200).await;
    assert_eq!(alerts().await, 2 * 7, "the control: the product's own record raises no alert");
}
