//! Another root key: what is cached, what is sealed at rest, and the tokens that people have.

use api_types::{Code, NewTokens, TokenSet, paths};
use domain::Role;
use e2e::{Actor, Company, Server, ServerConfig, Stack, fresh_root_key};
use reqwest::Method;

use super::{
    sealed::{list_keys, value},
    start_up::failed_clearly,
};

/// A stack whose companies have signing keys, and how its nodes are started with the old key, with both, and with the new one alone.
struct Change {
    stack: &'static Stack,
    old: ServerConfig,
    both: ServerConfig,
    new: ServerConfig,
}

impl Change {
    async fn begun() -> Self {
        let stack = Stack::of_its_own().await;
        let old = stack.server_config().with("WATERTIGHT_DEMO", "true");
        let new = old.clone().with("WATERTIGHT_ROOT_KEY", &fresh_root_key());
        let was = old.value("WATERTIGHT_ROOT_KEY");
        let both = new.clone().with("WATERTIGHT_ROOT_KEY_PREVIOUS", was);
        Self { stack, old, both, new }
    }
}

/// An access token for whoever is signed in.
async fn access_token(actor: &Actor) -> String {
    let asked = actor.request(Method::POST, paths::TOKENS).json(&NewTokens::default());
    asked.expect(201).await.json::<TokenSet>().access_token
}

/// Whether the node takes the token, for who somebody is and for what they may see.
async fn is_good_at(token: &str, server: &Server) {
    let bearer = format!("Bearer {token}");
    for path in [paths::WHOAMI, paths::EMPLOYEES] {
        Actor::at(server, "").get(path).header("authorization", &bearer).expect(200).await;
    }
}

/// T8, O6: what is sealed at rest is sealed anew while nodes serve, and then the old root key can go: tokens stay good, and pools go on signing.
#[tokio::test]
async fn tokens_survive_a_change_of_the_root_key() {
    let Change { stack, old, both, new } = Change::begun().await;
    let acme = Company::fresh(stack).await;
    acme.application("--flow client_credentials --scope hr/employees.read --secret").await;
    let first = old.start().await;
    let admin = acme.actor_on(&first, Role::HrAdmin).await;
    let before = access_token(&admin).await;

    // Without the old key a node could not sign, and says so.
    let refused = new.run(&["serve"]).await;
    failed_clearly(&refused, &["2 signing keys", "WATERTIGHT_ROOT_KEY_PREVIOUS", "reseal"]);
    let refused = new.run(&["reseal"]).await;
    failed_clearly(&refused, &["do not open", "WATERTIGHT_ROOT_KEY_PREVIOUS"]);

    let second = both.start().await;
    is_good_at(&before, &second).await;
    is_good_at(&access_token(&admin.clone().on(&second)).await, &first).await;
    let left = both.run(&["reseal", "--check"]).await;
    failed_clearly(&left, &["another root key"]);
    assert!(left.stdout.contains("signing keys: 0 sealed anew, 0 were, 2 left"), "{}", left.stdout);
    let said = both.run(&["reseal"]).await.succeeded();
    assert!(said.contains("signing keys: 2 sealed anew, 0 were, 0 left"), "{said}");
    assert!(said.contains("client secrets: 1 sealed anew, 0 were, 0 left"), "{said}");
    let again = both.run(&["reseal"]).await.succeeded();
    assert!(again.contains("signing keys: 0 sealed anew, 2 were, 0 left"), "{again}");

    let third = new.start().await;
    new.run(&["reseal", "--check"]).await.succeeded();
    let after = access_token(&acme.actor_on(&third, Role::HrAdmin).await).await;
    for server in [&second, &third] {
        is_good_at(&before, server).await;
        is_good_at(&after, server).await;
    }
}

/// O6: a box that nobody can open is named, and keeps nothing else from being sealed anew.
#[tokio::test]
async fn a_box_that_does_not_open_is_named() {
    let Change { stack, old, both, .. } = Change::begun().await;
    let acme = Company::fresh(stack).await;
    let first = old.start().await;
    access_token(&acme.actor_on(&first, Role::HrAdmin).await).await;
    let garbage = "insert into srp_verifier (tenant_id, account_id, sealed) select tenant_id, id, '\\x01' from account limit 1";
    stack.postgres.db_as_superuser(garbage).await;
    let finished = both.run(&["reseal"]).await;
    failed_clearly(&finished, &["do not open", "seal.box.not_renewed", "verifiers of SRP"]);
    let said = finished.stdout;
    assert!(said.contains("signing keys: 2 sealed anew, 0 were, 0 left"), "{said}");
    assert!(said.contains("verifiers of SRP: 0 sealed anew, 0 were, 1 left"), "{said}");
}

/// I5: while the root key is changed, a node with both keys reads what the old one sealed; with the new one alone it misses, and nothing fails.
#[tokio::test]
async fn cached_bodies_survive_a_change_of_the_root_key() {
    let stack = Stack::of_its_own().await;
    let redis = stack.redis.url_of_a_fresh_database();
    let old = stack.server_config().with("REDIS_SESSION_URL", &redis);
    let old = old.with("REDIS_CACHE_URL", &redis);
    let acme = Company::fresh(stack).await;
    let first = old.start().await;
    let admin = acme.actor_on(&first, Role::HrAdmin).await;
    admin.get(paths::EMPLOYEES).expect(200).await;
    let key = list_keys(&redis, &acme).await.remove(0);
    let sealed = value(&redis, &key).await;

    let new = old.clone().with("WATERTIGHT_ROOT_KEY", &fresh_root_key());
    let both = new.clone().with("WATERTIGHT_ROOT_KEY_PREVIOUS", old.value("WATERTIGHT_ROOT_KEY"));
    let both = both.start().await;
    admin.clone().on(&both).get(paths::EMPLOYEES).expect(200).await;
    assert_eq!(value(&redis, &key).await, sealed, "it was read, not made anew");
    assert!(both.lines_with("cache.envelope").is_empty());

    let after = new.start().await;
    acme.actor_on(&after, Role::HrAdmin).await.get(paths::EMPLOYEES).expect(200).await;
    assert_ne!(value(&redis, &key).await, sealed, "it was a miss");
    assert!(after.log_line("cache.envelope.unfamiliar").await.contains("WARN"));
    assert!(after.lines_with("envelope_seal").is_empty(), "and no alarm");
}

/// G14: while the root key is changed, sessions stay good on a node with both keys; with the new one alone their people sign in again, and that is no alert.
#[tokio::test]
async fn sessions_survive_a_change_of_the_root_key_while_nodes_have_both() {
    // A stack of its own: a node with the new key alone does not start where signing keys are sealed under the old one.
    let stack = Stack::of_its_own().await;
    let acme = Company::fresh(stack).await;
    let old = stack.server_config();
    let new = old.clone().with("WATERTIGHT_ROOT_KEY", &fresh_root_key());
    let both = new.clone().with("WATERTIGHT_ROOT_KEY_PREVIOUS", old.value("WATERTIGHT_ROOT_KEY"));
    let before = acme.hr_admin().await;
    let both = both.start().await;
    before.clone().on(&both).get(paths::SESSION).expect(200).await;
    let during = acme.actor_on(&both, Role::HrAdmin).await;

    // The old node has not got the new key yet.
    let refused = during.clone().on(&stack.server).get(paths::SESSION).expect(401).await;
    refused.problem(Code::NotSignedIn);
    let after = new.clone().with("WATERTIGHT_LOG", "warn").start().await;
    during.on(&after).get(paths::SESSION).expect(200).await;
    before.on(&after).get(paths::SESSION).expect(401).await.problem(Code::NotSignedIn);
    assert!(after.log_line("session.record.refused").await.contains("WARN"));
    for server in [&stack.server, &both, &after] {
        let tenant = acme.tenant.to_string();
        let alerts = server.metrics().await.sum("watertight_alerts_total", &[("tenant", &tenant)]);
        assert_eq!(alerts, 0, "another root key is no alert");
    }
}

/// The command prints a key that the server takes.
#[tokio::test]
async fn a_printed_root_key_is_one() {
    let stack = Stack::get().await;
    let url = format!("postgres://{}/printed_root_key", stack.postgres.address());
    let config = stack.server_config().with("WATERTIGHT_DATABASE_URL", &url);
    config.bootstrap(&stack.postgres).await;
    config.run(&["migrate"]).await.succeeded();
    let [one, other] =
        [config.run(&["root-key"]).await.succeeded(), config.run(&["root-key"]).await.succeeded()];
    assert_ne!(one, other);
    drop(config.with("WATERTIGHT_ROOT_KEY", one.trim()).start().await);
}
