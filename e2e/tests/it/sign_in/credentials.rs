//! Passwords: right, wrong, unknown, absurd, and very many at once.

use std::time::{Duration, Instant};

use api_types::{Code, paths};
use domain::Role;
use e2e::{Company, PASSWORD, Stack};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

/// A wrong password and an unknown address get the same words, so nobody learns who has an account (ASVS 6.3.8).
#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let mut answers = Vec::new();
    let known = acme.email_of(Role::HrAdmin);
    for (email, password) in [
        (known.as_str(), "wrong"),
        ("nobody@acme.example", PASSWORD),
        (&betaco.email_of(Role::HrAdmin), PASSWORD),
        ("no address", PASSWORD),
        (&known, ""),
        (&known, &"x".repeat(4000)),
    ] {
        let reply = acme.visitor().sign_in(email, password).expect(401).await;
        let problem = reply.problem(Code::WrongCredentials);
        assert_eq!(reply.set_cookies(), []);
        answers.push((problem.title, problem.detail, reply.headers.len()));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

/// A refusal takes the same time whether the address is known or not: the same hash is computed.
#[tokio::test]
async fn a_refusal_takes_as_long_for_an_unknown_address_as_for_a_known_one() {
    let stack = Stack::get().await;
    let (acme, quiet) = (Company::fresh(stack).await, stack.second_node().await);
    let visitor = acme.visitor_on(&quiet);
    let known = acme.email_of(Role::HrAdmin);
    let timed = async |email: &str| {
        let begun = Instant::now();
        visitor.sign_in(email, "wrong").expect(401).await;
        begun.elapsed()
    };
    timed(&known).await;
    // In turns, and the quickest of each: whatever else the machine does then disturbs both alike.
    let (mut known_took, mut unknown_took) = (Duration::MAX, Duration::MAX);
    for _turn in 0..15 {
        known_took = known_took.min(timed(&known).await);
        unknown_took = unknown_took.min(timed("nobody@acme.example").await);
    }
    let ratio = known_took.as_secs_f64() / unknown_took.as_secs_f64();
    assert!(
        (0.5..2.0).contains(&ratio),
        "known {known_took:?}, unknown {unknown_took:?}: a quick refusal tells who has no account"
    );
}

/// An address is compared in lower case and without spaces around it; a password as it is.
#[tokio::test]
async fn an_address_may_be_typed_in_capitals_and_a_password_may_not() {
    let acme = Company::fresh(Stack::get().await).await;
    let email = acme.email_of(Role::Employee);
    acme.visitor().sign_in(&format!(" {} ", email.to_uppercase()), PASSWORD).expect(201).await;
    acme.visitor().sign_in(&email, &PASSWORD.to_uppercase()).expect(401).await;
    acme.visitor().sign_in(&email, &format!("{PASSWORD} ")).expect(401).await;
}

/// Anything in the body but address and password is refused: above all a tenant, and a role.
#[tokio::test]
async fn a_sign_in_with_a_tenant_or_a_role_in_it_is_refused() {
    let acme = Company::fresh(Stack::get().await).await;
    for (name, value) in [
        ("tenant_id", json!(acme.tenant)),
        ("company", json!(acme.slug)),
        ("role", json!("hr_admin")),
    ] {
        let mut body = json!({"email": acme.email_of(Role::Employee), "password": PASSWORD});
        body[name] = value;
        acme.visitor()
            .request(Method::POST, paths::SESSION)
            .json(&body)
            .expect(400)
            .await
            .problem(Code::BadRequest);
    }
}

/// A flood of sign-ins is shed with 429 and `Retry-After`; nothing breaks, those inside are served, and other people do not notice.
#[tokio::test]
async fn a_flood_of_sign_ins_is_shed_and_nobody_else_notices() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let server = stack.server_config().start().await;
    let (visitor, reader) =
        (acme.visitor_on(&server), betaco.actor_on(&server, Role::HrAdmin).await);
    let flood = join_all(
        (0..300)
            .map(|_| visitor.sign_in(&acme.email_of(Role::HrAdmin), "wrong").impatient().send()),
    );
    let reading = async {
        let mut times = Vec::new();
        for _read in 0..50 {
            let begun = Instant::now();
            reader.get(paths::EMPLOYEES).expect(200).await;
            times.push(begun.elapsed());
        }
        times.sort();
        times[times.len() / 2]
    };
    let (replies, usual) = tokio::join!(flood, reading);
    let count = |status| replies.iter().filter(|reply| reply.status == status).count();
    assert_eq!(
        count(401) + count(429),
        replies.len(),
        "{:?}",
        replies.iter().map(|reply| reply.status).collect::<Vec<_>>()
    );
    assert!(count(429) > 0 && count(401) > 0, "{} shed, {} served", count(429), count(401));
    for shed in replies.iter().filter(|reply| reply.status == 429) {
        shed.problem(Code::TooManyRequests);
        assert!(shed.header("retry-after").unwrap().parse::<u32>().unwrap() >= 1);
    }
    assert!(usual < Duration::from_secs(1), "a reader usually waited {usual:?}");
    acme.visitor_on(&server).sign_in(&acme.email_of(Role::HrAdmin), PASSWORD).expect(201).await;
}
