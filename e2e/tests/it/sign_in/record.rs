//! S1 and S7: what Redis holds of a session, and what happens when that is not what it should be.

use api_types::{Code, paths};
use e2e::{Company, Stack, db_redis};
use redis::AsyncCommands;

/// S1: one hash for each session, under a digest of the id, with a time to live, and nothing personal in it.
#[tokio::test]
async fn a_session_is_a_hash_that_goes_away_by_itself_and_holds_no_id() {
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
    let fields: std::collections::BTreeMap<String, String> = redis.hgetall(key).await.unwrap();
    assert_eq!(kind, "hash");
    assert!((60..=86_400).contains(&seconds), "a time to live of {seconds} s");
    assert_eq!(
        fields["tenant"],
        acme.tenant.to_string(),
        "the tenant is in the record: that was the seed's second bug"
    );
    let everything = format!("{key} {fields:?}");
    for secret in [id.as_str(), acme.canary.as_str(), "@"] {
        assert!(!everything.contains(secret), "`{secret}` in {everything}");
    }
}

/// S1: the id stands nowhere in Redis, in no key and in no value.
#[tokio::test]
async fn redis_never_learns_an_id() {
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
            "the id stands in {key}"
        );
    }
}

/// S7: a session that is not in Redis, an empty record, one with a missing or unreadable field, an expired one, one of another kind, and one that
/// would live for ever are each 401. The seed's "correct" code lets the first two in.
#[tokio::test]
async fn a_record_that_is_missing_or_damaged_is_nobody() {
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

/// S7: a record copied under another company's key is still not that company's.
#[tokio::test]
async fn a_record_copied_to_another_company_is_nobody() {
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
