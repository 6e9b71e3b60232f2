//! S2, S4: revoking sessions takes effect on every node at once, and removes their records from Redis.

use api_types::{Code, paths};
use domain::Role;
use e2e::{Actor, Company, PASSWORD, Stack, db_redis, db_session::key_of};
use redis::AsyncCommands;
use reqwest::Method;

async fn assert_signed_out(actor: &Actor) {
    for path in [paths::SESSION, paths::EMPLOYEES, paths::DEPARTMENTS] {
        actor.get(path).expect(401).await.problem(Code::NotSignedIn);
    }
}

/// S4: signing out everywhere ends all sessions of the user on every node, and no others, not even those of the account with the same id at another company.
#[tokio::test]
async fn signing_out_everywhere_ends_all_own_sessions_and_no_others() {
    let stack = Stack::get().await;
    let ([acme, betaco], second) = (Company::twins(stack).await, stack.second_node().await);
    let (here, there) = (acme.hr_admin().await, acme.actor_on(&second, Role::HrAdmin).await);
    let (colleague, namesake) = (acme.manager().await, betaco.hr_admin().await);
    here.request(Method::DELETE, paths::SESSIONS).expect(204).await;
    for ended in [&here, &here.clone().on(&second), &there, &there.clone().on(&stack.server)] {
        assert_signed_out(ended).await;
    }
    for alive in [&colleague, &namesake, &acme.hr_admin().await] {
        alive.get(paths::EMPLOYEES).expect(200).await;
    }
}

/// S4: the list of an account's sessions contains digests, expires, and drops sessions that were ended or have expired.
#[tokio::test]
async fn the_session_list_of_an_account_drops_ended_sessions() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let first = acme.hr_admin().await;
    let pattern = format!("a:{{{}}}:*", acme.tenant);
    let keys = db_redis::keys(&stack.redis.url(), &pattern).await;
    let [list] = keys.as_slice() else { panic!("one list for one account, not {keys:?}") };
    let mut redis = db_redis::open(&stack.redis.url()).await;
    let members: Vec<String> = redis.zrange(list, 0, -1).await.unwrap();
    assert!(!members.contains(first.session.as_ref().unwrap()), "a list of digests");
    let seconds: i64 = redis.ttl(list).await.unwrap();
    assert!((60..=86_400).contains(&seconds), "a time to live of {seconds} s");

    // Makes the first session look expired long ago: the next sign-in removes it from the list.
    let _: () = redis.zadd(list, &members[0], 1_000_i64).await.unwrap();
    let second = acme.hr_admin().await;
    let now: Vec<String> = redis.zrange(list, 0, -1).await.unwrap();
    assert!(now.len() == 1 && now != members, "{members:?}, then {now:?}");
    second.request(Method::DELETE, paths::SESSION).expect(204).await;
    assert_eq!(
        redis.zcard::<_, i64>(list).await.unwrap(),
        0,
        "signing out must remove the session from the list"
    );
}

/// S2, S4: if an account is disabled and its sessions are revoked during a sign-in, the sign-in's cookie is refused afterwards.
#[tokio::test]
async fn a_sign_in_that_races_with_disabling_the_account_does_not_survive() {
    let own = Stack::of_its_own().await;
    for round in 0..6_u64 {
        let acme = Company::fresh(own).await;
        let admin = acme.hr_admin().await;
        let email = acme.email_of(Role::HrAdmin);
        let racing = futures_util::future::join_all((0..4).map(|_| async {
            let reply = acme.visitor().sign_in(&email, PASSWORD).send().await;
            (reply.status == 201).then(|| reply.session_cookie().value)
        }));
        let ending = async {
            // The moments differ from round to round: before, between and after the first sign-ins.
            for _ in 0..round * 40 {
                tokio::task::yield_now().await;
            }
            let disable =
                format!("update account set disabled = true where tenant_id = '{}'", acme.tenant);
            own.postgres.db_as_superuser(&disable).await;
            admin.request(Method::DELETE, paths::SESSIONS).expect(204).await;
        };
        let (cookies, ()) = tokio::join!(racing, ending);
        for cookie in cookies.into_iter().flatten() {
            assert_signed_out(&acme.visitor().with_session(&cookie)).await;
        }
        assert_signed_out(&admin).await;
        acme.visitor().sign_in(&email, PASSWORD).expect(401).await.problem(Code::WrongCredentials);
    }
}

/// G13: an account has at most 20 sessions. The next sign-in ends the oldest one on every node, and the revocation is stored in PostgreSQL, so that no old dump
/// of Redis brings it back. Other accounts keep theirs.
#[tokio::test]
async fn the_twenty_first_sign_in_ends_the_oldest_session() {
    let stack = Stack::get().await;
    let (acme, second) = (Company::fresh(stack).await, stack.second_node().await);
    let colleague = acme.manager().await;
    let mut all = Vec::new();
    for _ in 0..20 {
        all.push(acme.hr_admin().await);
    }
    all[0].get(paths::SESSION).expect(200).await;
    let newest = acme.actor_on(&second, Role::HrAdmin).await;
    for ended in [&all[0], &all[0].clone().on(&second)] {
        assert_signed_out(ended).await;
    }
    for kept in all[1..].iter().chain([&newest, &colleague]) {
        kept.get(paths::SESSION).expect(200).await;
    }

    let key = key_of(acme.tenant, all[0].session.as_ref().unwrap());
    let digest = key.rsplit(':').next().unwrap();
    let noted = format!(
        "exists (select from platform.revocation where tenant_id = '{}' and kind = 'session' and subject = '{digest}' and applied_to is not null)",
        acme.tenant
    );
    assert!(stack.postgres.db_holds(&noted).await);
    let records = db_redis::keys(&stack.redis.url(), &format!("s:{{{}}}:*", acme.tenant)).await;
    assert!(!records.contains(&key));
    assert_eq!(records.len(), 21, "twenty of the admin and one of the manager");
}
