//! G12: a signing key that leaked is revoked at once.

use std::time::Duration;

use api_types::{Code, paths};
use e2e::{Actor, Company, Finished, REDIRECT_URI, Server, Stack, token_part, until};

use super::keys::{published, token};

const MACHINE: &str = "--flow client_credentials --scope hr/employees.read --secret";

async fn revoke(stack: &Stack, kid: &str) -> Finished {
    stack.server_config().run(&["keys", "revoke", "--kid", kid]).await
}

/// Publishes the next keys, which do not sign within this test.
async fn publish_the_next_keys(stack: &Stack, company: &Company) {
    let slug = company.slug.as_str();
    let rotate = ["keys", "rotate", "--company", slug, "--ahead-seconds", "3600"];
    stack.server_config().run(&rotate).await.succeeded();
}

fn kid(token: &str) -> String {
    token_part(token, 0)["kid"].as_str().unwrap().to_owned()
}

/// Waits until the node refuses the token for its key.
async fn is_refused(node: &Actor, path: &str, token: &str) {
    let what = format!("{path} to refuse a revoked key");
    let refused = until(&what, Duration::from_secs(10), async || {
        let reply = node.get_with_token(path, token).send().await;
        (reply.status == 401).then_some(reply)
    })
    .await;
    refused.problem(Code::InvalidToken);
}

async fn logs_the_revocation(server: &Server, kid: &str) {
    until("the node to log it", Duration::from_secs(10), async || {
        server.lines_with(kid).contains("idp.key.revoked").then_some(())
    })
    .await;
}

/// G12: no node trusts a revoked key, also not for tokens that were verified before. Another key signs at once, and both nodes log the revocation.
#[tokio::test]
async fn no_node_trusts_a_revoked_key_and_another_key_signs() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let [one, other] = [stack.second_node().await, stack.second_node().await];
    let machine = acme.application(MACHINE).await;
    let nodes = [Actor::at(&one, ""), Actor::at(&other, "")];
    let old = [token(&nodes[0], &machine).await, token(&nodes[1], &machine).await];
    for (node, token) in [(0, 1), (1, 0), (0, 0), (1, 1)] {
        nodes[node].get_with_token(paths::EMPLOYEES, &old[token]).expect(200).await;
    }
    let leaked = kid(&old[0]);
    assert_eq!(leaked, kid(&old[1]));
    revoke(stack, &leaked).await.succeeded();
    for node in &nodes {
        for token in &old {
            is_refused(node, paths::EMPLOYEES, token).await;
        }
        assert!(!published(node, &machine).await.contains(&leaked));
    }
    let new = [token(&nodes[0], &machine).await, token(&nodes[1], &machine).await];
    assert!(kid(&new[0]) == kid(&new[1]) && kid(&new[0]) != leaked);
    for (node, token) in [(0, 1), (1, 0)] {
        nodes[node].get_with_token(paths::EMPLOYEES, &new[token]).expect(200).await;
    }
    for server in [&one, &other] {
        logs_the_revocation(server, &leaked).await;
    }
    let again = revoke(stack, &leaked).await;
    assert!(again.code == Some(1) && again.stderr.contains(&leaked), "{}", again.stderr);
}

/// G12: during a rotation, the next key replaces the revoked one before its planned time.
#[tokio::test]
async fn the_next_published_key_replaces_a_revoked_one() {
    let stack = Stack::get().await;
    let (acme, node) = (Company::fresh(stack).await, Actor::at(&stack.server, ""));
    let machine = acme.application(MACHINE).await;
    let old = token(&node, &machine).await;
    let before = published(&node, &machine).await;
    publish_the_next_keys(stack, &acme).await;
    let shown = until("the next keys to be published", Duration::from_secs(10), async || {
        let shown = published(&node, &machine).await;
        (shown.len() == before.len() + 2).then_some(shown)
    })
    .await;
    revoke(stack, &kid(&old)).await.succeeded();
    is_refused(&node, paths::EMPLOYEES, &old).await;
    let new = token(&node, &machine).await;
    node.get_with_token(paths::EMPLOYEES, &new).expect(200).await;
    assert!(
        shown.contains(&kid(&new)) && !before.contains(&kid(&new)),
        "the new key must be one that was published already"
    );
}

/// G12: a key that does not sign yet can be revoked too. Another one is published in its place, and the current key keeps signing.
#[tokio::test]
async fn a_key_that_does_not_sign_yet_is_replaced() {
    let stack = Stack::get().await;
    let (acme, node) = (Company::fresh(stack).await, Actor::at(&stack.server, ""));
    let machine = acme.application(MACHINE).await;
    let old = token(&node, &machine).await;
    let before = published(&node, &machine).await;
    publish_the_next_keys(stack, &acme).await;
    let next = async || {
        let shown = published(&node, &machine).await;
        let next: Vec<String> = shown.into_iter().filter(|kid| !before.contains(kid)).collect();
        (next.len() == 2).then_some(next)
    };
    let leaked = until("the next keys to be published", Duration::from_secs(10), next).await;
    for kid in &leaked {
        revoke(stack, kid).await.succeeded();
    }
    until("other keys to be published", Duration::from_secs(10), async || {
        next().await.filter(|next| !next.iter().any(|kid| leaked.contains(kid)))
    })
    .await;
    let same = token(&node, &machine).await;
    assert_eq!(kid(&same), kid(&old), "the current key must keep signing");
    node.get_with_token(paths::EMPLOYEES, &old).expect(200).await;
}

/// G12: ID tokens and access tokens have different keys, and revoking one key does not affect the other.
#[tokio::test]
async fn the_key_of_id_tokens_is_revoked_separately() {
    let stack = Stack::get().await;
    let (acme, node) = (Company::fresh(stack).await, Actor::at(&stack.server, ""));
    let parameters = format!("--flow code --redirect-uri {REDIRECT_URI} --scope openid");
    let app = acme.application(&parameters).await;
    let admin = acme.hr_admin().await;
    let tokens = app.tokens_for(&admin, &node, "openid").await;
    let id = tokens.id_token.unwrap();
    node.get_with_token(paths::WHOAMI, &id).expect(200).await;
    revoke(stack, &kid(&id)).await.succeeded();
    is_refused(&node, paths::WHOAMI, &id).await;
    node.get_with_token(paths::WHOAMI, &tokens.access_token).expect(200).await;
    let next = app.tokens_for(&admin, &node, "openid").await.id_token.unwrap();
    node.get_with_token(paths::WHOAMI, &next).expect(200).await;
}
