//! Many sign-ins at once, and many sign-outs beside other requests of the same session.

use std::{collections::BTreeSet, time::Instant};

use api_types::{Code, SessionView, paths};
use domain::Role;
use e2e::{Actor, Company, PASSWORD, Stack};
use futures_util::{StreamExt, stream};
use reqwest::Method;

/// How many sign-ins there are, and how many of them at a time: so many that they meet, and so few that the node's limits refuse none of them.
const SIGN_INS: usize = 200;
const SIGN_INS_AT_ONCE: usize = 12;
/// How many sessions are signed out beside their own requests, and how many of them at a time.
const SIGN_OUTS: usize = 1_000;
const SIGN_OUTS_AT_ONCE: usize = 3;

/// S2: of 200 concurrent sign-ins, at three companies, with four roles and on two nodes, each gets a cookie of its own that proves its own user, and no other.
#[tokio::test]
async fn each_of_many_sign_ins_gets_its_own_session() {
    let stack = Stack::get().await;
    let (companies, second) = (Company::trio(stack).await, stack.second_node().await);
    let sign_in = async |at: usize| {
        let company = &companies[at % companies.len()];
        let role = Role::ALL[at / companies.len() % Role::ALL.len()];
        let node = if at.is_multiple_of(2) { &stack.server } else { &second };
        let (visitor, email) = (company.visitor_on(node), company.email_of(role));
        let reply = visitor.sign_in(&email, PASSWORD).with_retry().expect(201).await;
        let view: SessionView = reply.json();
        assert_eq!((view.email.as_str(), view.role), (email.as_str(), role));
        (visitor.with_session(&reply.session_cookie().value), email)
    };
    let signed_in: Vec<_> =
        stream::iter(0..SIGN_INS).map(sign_in).buffer_unordered(SIGN_INS_AT_ONCE).collect().await;
    let cookies: BTreeSet<_> = signed_in.iter().map(|(actor, _)| &actor.session).collect();
    assert_eq!(cookies.len(), SIGN_INS, "each cookie is of one sign-in");
    for (actor, email) in &signed_in {
        for node in [&stack.server, &second] {
            let reply = actor.clone().on(node).get(paths::SESSION).expect(200).await;
            assert_eq!(reply.json::<SessionView>().email.as_str(), email);
        }
    }
}

/// S2: in 1,000 sign-outs beside two readers on two nodes, no request that began after the 204 is served, and no request brings the session back.
#[tokio::test]
async fn nothing_is_served_that_began_after_a_sign_out() {
    let stack = Stack::get().await;
    let (companies, second) = (Company::trio(stack).await, stack.second_node().await);
    let round = async |at: usize| {
        let company = &companies[at % companies.len()];
        let user = company.actor(Role::ALL[at % Role::ALL.len()]).await;
        let elsewhere = user.clone().on(&second);
        let leave = async {
            // 401: the reply to an earlier attempt was 503, and the session has ended.
            let reply = user.request(Method::DELETE, paths::SESSION).with_retry().send().await;
            assert!(matches!(reply.status, 204 | 401), "{}", reply.status);
            Instant::now()
        };
        let (left_at, here, there) =
            tokio::join!(leave, until_refused(&user), until_refused(&elsewhere));
        let late = here.into_iter().chain(there).filter(|began| *began > left_at).count();
        assert_eq!(late, 0, "a request that began after the 204 was served");
        user.get(paths::SESSION).expect(401).await.problem(Code::NotSignedIn);
    };
    stream::iter(0..SIGN_OUTS)
        .map(round)
        .buffer_unordered(SIGN_OUTS_AT_ONCE)
        .collect::<Vec<_>>()
        .await;
}

/// Reads with a session until it is refused. Returns when each request began that was served.
async fn until_refused(user: &Actor) -> Vec<Instant> {
    let mut served = Vec::new();
    loop {
        let began = Instant::now();
        match user.get(paths::SESSION).send().await.status {
            200 => served.push(began),
            401 => return served,
            // A store timed out, because other tests run at the same time.
            503 => {}
            other => panic!("{other}"),
        }
    }
}
