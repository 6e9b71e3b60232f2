//! Changing the root key: cached bodies, values that are sealed at rest, sessions and tokens.

use api_types::{Code, NewTokens, TokenSet, paths};
use domain::Role;
use e2e::{Actor, Company, Server, ServerConfig, Stack, fresh_root_key};
use reqwest::Method;

use super::{
    sealed::{list_keys, value},
    start_up::failed_clearly,
};

/// A separate stack, and configurations for nodes with the old root key, with both keys, and with the new key only.
struct RootKeyChange {
    stack: &'static Stack,
    old: ServerConfig,
    both: ServerConfig,
    new: ServerConfig,
}

impl RootKeyChange {
    async fn start() -> Self {
        let stack = Stack::of_its_own().await;
        let old = stack.server_config().with("WATERTIGHT_DEMO", "true");
        let new = old.clone().with("WATERTIGHT_ROOT_KEY", &fresh_root_key());
        let was = old.value("WATERTIGHT_ROOT_KEY");
        let both = new.clone().with("WATERTIGHT_ROOT_KEY_PREVIOUS", was);
        Self { stack, old, both, new }
    }
}

/// An access token for the signed-in user.
async fn access_token(actor: &Actor) -> String {
    let asked = actor.request(Method::POST, paths::TOKENS).json(&NewTokens::default());
    asked.expect(201).await.json::<TokenSet>().access_token
}

/// Fails unless the node accepts the token, for `whoami` and for the list of employees.
async fn is_accepted_at(token: &str, server: &Server) {
    let bearer = format!("Bearer {token}");
    for path in [paths::WHOAMI, paths::EMPLOYEES] {
        Actor::at(server, "").get(path).header("authorization", &bearer).expect(200).await;
    }
}

/// T8, O6: `reseal` seals all values at rest under the new key while nodes serve. Then the old key can be removed: tokens stay valid, and pools can sign.
#[tokio::test]
async fn tokens_survive_a_change_of_the_root_key() {
    let RootKeyChange { stack, old, both, new } = RootKeyChange::start().await;
    let acme = Company::fresh(stack).await;
    acme.application("--flow client_credentials --scope hr/employees.read --secret").await;
    let first = old.start().await;
    let admin = acme.actor_on(&first, Role::HrAdmin).await;
    let before = access_token(&admin).await;

    // Without the old key a node could not sign, so it refuses to start.
    let refused = new.run(&["serve"]).await;
    failed_clearly(&refused, &["2 signing keys", "WATERTIGHT_ROOT_KEY_PREVIOUS", "reseal"]);
    let refused = new.run(&["reseal"]).await;
    failed_clearly(&refused, &["do not open", "WATERTIGHT_ROOT_KEY_PREVIOUS"]);

    let second = both.start().await;
    is_accepted_at(&before, &second).await;
    is_accepted_at(&access_token(&admin.clone().on(&second)).await, &first).await;
    let left = both.run(&["reseal", "--check"]).await;
    failed_clearly(&left, &["another root key"]);
    assert!(
        left.stdout.contains("signing keys: 0 sealed again, 0 already current, 2 left"),
        "{}",
        left.stdout
    );
    let said = both.run(&["reseal"]).await.succeeded();
    assert!(said.contains("signing keys: 2 sealed again, 0 already current, 0 left"), "{said}");
    assert!(said.contains("client secrets: 1 sealed again, 0 already current, 0 left"), "{said}");
    let again = both.run(&["reseal"]).await.succeeded();
    assert!(again.contains("signing keys: 0 sealed again, 2 already current, 0 left"), "{again}");

    let third = new.start().await;
    new.run(&["reseal", "--check"]).await.succeeded();
    let after = access_token(&acme.actor_on(&third, Role::HrAdmin).await).await;
    for server in [&second, &third] {
        is_accepted_at(&before, server).await;
        is_accepted_at(&after, server).await;
    }
}

/// O6: `reseal` names a value that it cannot open, and still seals all other values.
#[tokio::test]
async fn a_sealed_value_that_does_not_open_is_named() {
    let RootKeyChange { stack, old, both, .. } = RootKeyChange::start().await;
    let acme = Company::fresh(stack).await;
    let first = old.start().await;
    access_token(&acme.actor_on(&first, Role::HrAdmin).await).await;
    let garbage = "insert into srp_verifier (tenant_id, account_id, sealed) select tenant_id, id, '\\x01' from account limit 1";
    stack.postgres.db_as_superuser(garbage).await;
    let finished = both.run(&["reseal"]).await;
    failed_clearly(&finished, &["do not open", "seal.value.not_resealed", "SRP verifiers"]);
    let said = finished.stdout;
    assert!(said.contains("signing keys: 2 sealed again, 0 already current, 0 left"), "{said}");
    assert!(said.contains("SRP verifiers: 0 sealed again, 0 already current, 1 left"), "{said}");
}

/// I5: during a change of the root key, a node with both keys reads the bodies that the old key sealed. A node with the new key only has cache misses, and no
/// request fails.
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
    assert_eq!(value(&redis, &key).await, sealed, "the cached body must be read, not replaced");
    assert!(both.lines_with("cache.envelope").is_empty());

    let after = new.start().await;
    acme.actor_on(&after, Role::HrAdmin).await.get(paths::EMPLOYEES).expect(200).await;
    assert_ne!(value(&redis, &key).await, sealed, "a miss must replace the cached body");
    assert!(after.log_line("cache.envelope.unfamiliar").await.contains("WARN"));
    assert!(after.lines_with("envelope_seal").is_empty(), "a miss must raise no alert");
}

/// G14: during a change of the root key, sessions stay valid on a node with both keys. On a node with the new key only, users must sign in again, without an
/// alert.
#[tokio::test]
async fn sessions_survive_a_change_of_the_root_key_while_nodes_have_both() {
    // A separate stack, because a node with only the new key does not start if there are signing keys that the old key sealed.
    let stack = Stack::of_its_own().await;
    let acme = Company::fresh(stack).await;
    let old = stack.server_config();
    let new = old.clone().with("WATERTIGHT_ROOT_KEY", &fresh_root_key());
    let both = new.clone().with("WATERTIGHT_ROOT_KEY_PREVIOUS", old.value("WATERTIGHT_ROOT_KEY"));
    let before = acme.hr_admin().await;
    let both = both.start().await;
    before.clone().on(&both).get(paths::SESSION).expect(200).await;
    let during = acme.actor_on(&both, Role::HrAdmin).await;

    // The old node does not have the new key.
    let refused = during.clone().on(&stack.server).get(paths::SESSION).expect(401).await;
    refused.problem(Code::NotSignedIn);
    let after = new.clone().with("WATERTIGHT_LOG", "warn").start().await;
    during.on(&after).get(paths::SESSION).expect(200).await;
    before.on(&after).get(paths::SESSION).expect(401).await.problem(Code::NotSignedIn);
    assert!(after.log_line("session.record.refused").await.contains("WARN"));
    for server in [&stack.server, &both, &after] {
        let tenant = acme.tenant.to_string();
        let alerts = server.metrics().await.sum("watertight_alerts_total", &[("tenant", &tenant)]);
        assert_eq!(alerts, 0, "another root key must raise no alert");
    }
}

/// `watertight root-key` prints a new key that the server accepts.
#[tokio::test]
async fn a_printed_root_key_is_accepted() {
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
