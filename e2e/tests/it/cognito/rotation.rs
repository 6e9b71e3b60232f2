//! Rotation of refresh tokens, with many requests at once and on two nodes.

use std::collections::BTreeSet;

use domain::Role;
use e2e::{Company, Stack};
use futures_util::future::join_all;

use super::{CLIENT, Tokens, get_user, renew, tokens};

const AT_ONCE: usize = 50;
const ROUNDS: usize = 200;

/// T4g: fifty requests at once on two nodes with the same refresh token all get the same successor, in two hundred rounds.
#[tokio::test]
async fn fifty_concurrent_uses_get_one_successor() {
    let stack = Stack::get().await;
    let (acme, second_node) = (Company::fresh(stack).await, stack.second_node().await);
    // The test signs two tokens ten thousand times, so it needs a fast algorithm.
    acme.sign_with("ES256").await;
    let portal = acme.application(&format!("{CLIENT} --grace-seconds 60")).await;
    let nodes = [acme.cognito(), acme.cognito().on(&second_node)];
    let mut shown = tokens(&acme, &portal, &acme.email_of(Role::Employee)).await.refresh;
    for round in 0..ROUNDS {
        let uses = (0..AT_ONCE).map(|at| renew(&nodes[at % 2], &portal, &shown).expect(200));
        let answers = join_all(uses).await;
        let successors: BTreeSet<String> =
            answers.iter().map(|answer| Tokens::of(&answer.operation()).refresh).collect();
        assert_eq!(successors.len(), 1, "round {round}");
        let next = successors.into_iter().next().unwrap();
        assert_ne!(next, shown);
        shown = next;
    }
}

/// T4g: a replaced token that is used again after its grace period revokes the family: all its tokens are refused, on both nodes.
#[tokio::test]
async fn a_reused_token_revokes_the_family() {
    let stack = Stack::get().await;
    let (acme, second_node) = (Company::fresh(stack).await, stack.second_node().await);
    let nodes = [acme.cognito(), acme.cognito().on(&second_node)];
    let (eager, with_retry) = (
        acme.application(&format!("{CLIENT} --grace-seconds 0")).await,
        acme.application(&format!("{CLIENT} --grace-seconds 60")).await,
    );
    let email = acme.email_of(Role::Manager);
    for (portal, uses) in [(&eager, 1), (&with_retry, 2)] {
        let first = tokens(&acme, portal, &email).await;
        let untouched = tokens(&acme, portal, &email).await;
        let mut last =
            Tokens::of(&renew(&nodes[0], portal, &first.refresh).expect(200).await.operation());
        for _more in 1..uses {
            let next = renew(&nodes[1], portal, &last.refresh).expect(200).await.operation();
            last = Tokens::of(&next);
        }
        get_user(&nodes[1], &last.access).expect(200).await;
        let replayed = renew(&nodes[1], portal, &first.refresh).expect(400).await;
        replayed.exception("NotAuthorizedException");
        first.assert_revoked(portal, &[&nodes[0], &nodes[1]]).await;
        last.assert_revoked(portal, &[&nodes[0], &nodes[1]]).await;
        get_user(&nodes[0], &untouched.access).expect(200).await;
    }
}
