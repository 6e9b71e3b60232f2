//! Rotation of the signing keys, and settings of a pool, while requests are answered.

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::Duration,
};

use api_types::paths;
use e2e::{Actor, Application, Company, REDIRECT_URI, Stack, token_part, until};
use serde_json::Value;
use tokio::time::interval;

/// How many times the keys are rotated.
const ROTATIONS: usize = 4;
const ROTATION_INTERVAL: Duration = Duration::from_secs(5);
/// How many tokens back the old token is that is still used.
const OLD_TOKEN_DISTANCE: usize = 40;

/// T8: the keys are rotated every five seconds, on two nodes under load. Each node accepts every token, new or old, that the other node issued.
#[tokio::test]
async fn keys_are_rotated_under_load_and_no_token_is_refused() {
    let stack = Stack::get().await;
    let (acme, second) = (Company::fresh(stack).await, stack.second_node().await);
    let machine =
        acme.application("--flow client_credentials --scope hr/employees.read --secret").await;
    let nodes = [Actor::at(&stack.server, ""), Actor::at(&second, "")];
    let (over, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    let before = published(&nodes[0], &machine).await;
    let turns = async {
        let mut time = interval(ROTATION_INTERVAL);
        for _ in 0..ROTATIONS {
            time.tick().await;
            let slug = acme.slug.as_str();
            let turn = ["keys", "rotate", "--company", slug, "--ahead-seconds", "2"];
            stack.server_config().run(&turn).await.succeeded();
        }
        time.tick().await;
        over.store(true, Ordering::Release);
    };
    let ask = async |giver: &Actor, taker: &Actor| {
        let mut given = Vec::new();
        while !over.load(Ordering::Acquire) {
            given.push(token(giver, &machine).await);
            let old = given.len().saturating_sub(OLD_TOKEN_DISTANCE);
            for token in [&given[given.len() - 1], &given[old]] {
                taker.get_with_token(paths::EMPLOYEES, token).expect(200).await;
                answered.fetch_add(1, Ordering::Relaxed);
            }
        }
    };
    tokio::join!(turns, ask(&nodes[0], &nodes[1]), ask(&nodes[1], &nodes[0]));
    // The node learns of the last rotation a moment later.
    let after = until("two new keys of each rotation", Duration::from_secs(20), async || {
        let after = published(&nodes[1], &machine).await;
        (after.len() >= before.len() + 2 * ROTATIONS).then_some(after)
    })
    .await;
    assert!(answered.load(Ordering::Relaxed) > 100, "only {answered:?} requests were answered");
    assert!(
        before.iter().all(|kid| after.contains(kid)),
        "an old key must be published until its last token has expired"
    );
    assert_eq!(after.len(), before.len() + 2 * ROTATIONS, "each rotation publishes two keys");
}

/// T1, T8: a pool may switch to ES256. Its next keys use it, and tokens of the earlier keys stay valid.
#[tokio::test]
async fn a_pool_may_change_its_signing_algorithm() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let node = Actor::at(&stack.server, "");
    let machine =
        acme.application("--flow client_credentials --scope hr/employees.read --secret").await;
    let before = token(&node, &machine).await;
    acme.sign_with("ES256").await;
    let after = until("the new keys to sign", Duration::from_secs(10), async || {
        let given = token(&node, &machine).await;
        (algorithm(&given) == "ES256").then_some(given)
    })
    .await;
    assert_eq!(algorithm(&before), "RS256");
    for good in [&before, &after] {
        node.get_with_token(paths::EMPLOYEES, good).expect(200).await;
    }
    let set: Value = node.get(&machine.path(paths::JWKS)).expect(200).await.json();
    let mut kinds: Vec<&str> =
        set["keys"].as_array().unwrap().iter().map(|key| key["alg"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["ES256", "ES256", "RS256", "RS256"]);
    let slug = acme.slug.as_str();
    for odd in [
        &["pool", "set", "--company", slug][..],
        &["pool", "set", "--company", slug, "--algorithm", "HS256"],
        &["pool", "set", "--company", "nobody-of-that-name", "--srp", "true"],
    ] {
        let refused = stack.server_config().run(odd).await;
        assert_ne!(refused.code, Some(0), "{odd:?}");
    }
}

/// T3: access tokens contain no tenant claim, unless the pool's setting adds it, as a hook before signing would. The product never trusts this claim.
#[tokio::test]
async fn a_pool_may_have_the_tenant_added_to_access_tokens() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let node = Actor::at(&stack.server, "");
    let parameters = format!("--flow code --redirect-uri {REDIRECT_URI} --scope hr/employees.read");
    let app = acme.application(&parameters).await;
    let admin = acme.hr_admin().await;
    let given = async || app.tokens_for(&admin, &node, "hr/employees.read").await.access_token;
    let before = given().await;
    assert!(token_part(&before, 1).get("custom:tenant_id").is_none());
    let set = ["pool", "set", "--company", acme.slug.as_str(), "--tenant-claim", "true"];
    stack.server_config().run(&set).await.succeeded();
    let after = until("the node to add the claim", Duration::from_secs(10), async || {
        let given = given().await;
        token_part(&given, 1).get("custom:tenant_id").is_some().then_some(given)
    })
    .await;
    assert_eq!(token_part(&after, 1)["custom:tenant_id"], acme.tenant.to_string());
    for token in [&before, &after] {
        node.get_with_token(paths::EMPLOYEES, token).expect(200).await;
        betaco.visitor().get_with_token(paths::EMPLOYEES, token).expect(401).await;
    }
}

/// The algorithm in the header of a token.
fn algorithm(token: &str) -> String {
    token_part(token, 0)["alg"].as_str().unwrap().to_owned()
}

pub(super) async fn token(node: &Actor, machine: &Application) -> String {
    let grant = [("grant_type", "client_credentials")];
    let asked = node.post_form(&machine.path(paths::TOKEN), &machine.shown(&grant));
    asked.expect(200).await.tokens().access_token
}

/// The ids (`kid`) of the keys that the pool publishes.
pub(super) async fn published(node: &Actor, machine: &Application) -> Vec<String> {
    let set: Value = node.get(&machine.path(paths::JWKS)).expect(200).await.json();
    let keys = set["keys"].as_array().unwrap();
    keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}
