//! Wrong passwords on the sign-in page: all nodes count them together, and only against the client and the account that they are for.

use std::time::Duration;

use domain::Role;
use e2e::{Company, PASSWORD, Stack, until};
use futures_util::future::join_all;

use super::{config, exhaust, guess, retry_after};

/// G2: after a burst of wrong passwords a client is refused with 429 and `Retry-After`. The answer is the same whether the account exists or not, and the two
/// nodes count together.
#[tokio::test]
async fn wrong_passwords_are_refused_on_both_nodes_whether_the_account_exists_or_not() {
    let stack = Stack::get().await;
    let config = config(stack, &[("WATERTIGHT_LIMIT_ACCOUNT_ADDRESS", "4/600")]);
    let (acme, one, other) = tokio::join!(Company::fresh(stack), config.start(), config.start());
    let mut answers = Vec::new();
    for email in [acme.email_of(Role::Employee), "nobody@acme.example".to_owned()] {
        for node in [&one, &other, &one] {
            guess(&acme, node, &email, "wrong").expect(401).await;
        }
        exhaust(&acme, &other, &email.to_uppercase(), 1).await;
        for node in [&one, &other] {
            let refused = guess(&acme, node, &email, PASSWORD).expect(429).await;
            assert!((1..=600).contains(&retry_after(&refused)));
            assert_eq!(refused.set_cookies(), []);
            answers.push((
                refused.headers.len(),
                refused.json::<serde_json::Value>()["title"].clone(),
            ));
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    let counted = one.metrics().await.sum("watertight_throttled_total", &[("rule", "password")]);
    assert_eq!(counted, 2);
}

/// G2: guesses at one account do not slow down colleagues at the same client address or users of another company.
#[tokio::test]
async fn guesses_at_one_account_slow_down_no_other() {
    let stack = Stack::get().await;
    let config = config(stack, &[("WATERTIGHT_LIMIT_ACCOUNT_ADDRESS", "3/600")]);
    let ([acme, betaco], node) = tokio::join!(Company::pair(stack), config.start());
    exhaust(&acme, &node, &acme.email_of(Role::Employee), 3).await;
    acme.actor_on(&node, Role::Manager).await;
    betaco.actor_on(&node, Role::Employee).await;
    // The same name at another company is another account.
    guess(&betaco, &node, &acme.email_of(Role::Employee), "wrong").expect(401).await;
}

/// G2: a client address that tries many accounts is refused too, at that company only.
#[tokio::test]
async fn one_address_cannot_try_many_accounts() {
    let stack = Stack::get().await;
    let config = config(stack, &[("WATERTIGHT_LIMIT_ADDRESS", "5/600")]);
    let ([acme, betaco], node) = tokio::join!(Company::pair(stack), config.start());
    for number in 0..5 {
        guess(&acme, &node, &format!("person.{number}@acme.example"), "wrong").expect(401).await;
    }
    guess(&acme, &node, "person.5@acme.example", "wrong").expect(429).await;
    betaco.actor_on(&node, Role::Employee).await;
}

/// G2: the right password works again once the time to wait is over.
#[tokio::test]
async fn the_right_password_works_again_after_the_time_to_wait() {
    let stack = Stack::get().await;
    let config = config(stack, &[("WATERTIGHT_LIMIT_ACCOUNT_ADDRESS", "2/3")]);
    let (acme, node) = tokio::join!(Company::fresh(stack), config.start());
    let email = acme.email_of(Role::Employee);
    let refused = until("a refusal", Duration::from_secs(30), async || {
        let reply = guess(&acme, &node, &email, "wrong").send().await;
        (reply.status == 429).then_some(reply)
    })
    .await;
    assert!((1..=3).contains(&retry_after(&refused)));
    until("the right password to work", Duration::from_secs(30), async || {
        let reply = guess(&acme, &node, &email, PASSWORD).send().await;
        (reply.status == 201).then_some(())
    })
    .await;
}

/// G2: right passwords are not counted.
#[tokio::test]
async fn right_passwords_are_not_counted() {
    let stack = Stack::get().await;
    let limits = ["ACCOUNT_ADDRESS", "ACCOUNT", "ADDRESS", "DEVICE"]
        .map(|n| format!("WATERTIGHT_LIMIT_{n}"));
    let settings: Vec<_> = limits.iter().map(|name| (name.as_str(), "2/600")).collect();
    let config = config(stack, &settings);
    let (acme, node) = tokio::join!(Company::fresh(stack), config.start());
    for _time in 0..8 {
        guess(&acme, &node, &acme.email_of(Role::Employee), PASSWORD).expect(201).await;
    }
}

/// G2: of many guesses at once, only as many are checked as the limit allows, because each is counted before its password is hashed.
#[tokio::test]
async fn a_burst_of_concurrent_guesses_does_not_slip_through() {
    let stack = Stack::get().await;
    let config = config(stack, &[("WATERTIGHT_LIMIT_ACCOUNT_ADDRESS", "5/600")]);
    let (acme, node) = tokio::join!(Company::fresh(stack), config.start());
    let email = acme.email_of(Role::Employee);
    let burst = (0..60).map(|_| guess(&acme, &node, &email, "wrong").send());
    let statuses: Vec<u16> = join_all(burst).await.iter().map(|reply| reply.status).collect();
    let checked = statuses.iter().filter(|status| **status == 401).count();
    assert!((1..=5).contains(&checked), "{statuses:?}");
    // A store that is busy with the burst may refuse a guess too.
    assert!(statuses.iter().all(|status| matches!(status, 401 | 429 | 503)), "{statuses:?}");
}
