//! The keys of an external issuer: new keys, rotated keys, bad key sets, and an issuer that is down.

use std::time::Duration;

use api_types::{TokenSet, paths};
use domain::Role;
use e2e::{Company, Stack, closed_port, until};
use reqwest::Method;
use serde_json::json;

use super::{
    TrustingCompany, UNKNOWN_KEY, accepted,
    issuer::{Issuer, Key},
    refused_for,
};

/// T11, T8: a token with an unknown key makes the node read the issuer's keys once, and is accepted if the key is among them. A key that the issuer no longer
/// publishes is refused.
#[tokio::test]
async fn rotated_keys_of_the_issuer_are_picked_up() {
    let trusting = TrustingCompany::a_pool().await;
    trusting.link("admin", Role::HrAdmin).await;
    let issuer = &trusting.issuer;
    let old = issuer.token("admin");
    accepted(&trusting.get(paths::EMPLOYEES, &old).await);
    let (before, next) = (issuer.request_count(), Key::fresh());
    issuer.publish(&[&next]);
    let new = next.sign(&issuer.claims("admin"));
    accepted(&trusting.get(paths::EMPLOYEES, &new).await);
    assert_eq!(issuer.request_count(), before + 1);
    refused_for(&trusting.get(paths::EMPLOYEES, &old).await, UNKNOWN_KEY);
    // Invented key ids do not cause more requests to the issuer: the node reads the keys at most once in ten seconds.
    for _ in 0..50 {
        let made_up = Key::fresh().sign(&issuer.claims("admin"));
        refused_for(&trusting.get(paths::EMPLOYEES, &made_up).await, UNKNOWN_KEY);
    }
    assert!(issuer.request_count() <= before + 3, "{} requests", issuer.request_count() - before);
}

/// T11, O6: a node starts although an issuer is down, and reads its keys when it is up.
#[tokio::test]
async fn an_issuer_that_is_down_at_start_is_used_once_it_is_up() {
    let stack = Stack::get().await;
    let company = Company::fresh(stack).await;
    let address = format!("127.0.0.1:{}", closed_port()).parse().unwrap();
    let url = format!("http://{address}/eu-west-1_a1B2c3D4");
    let configured = json!([{
        "company": company.slug, "issuer": url, "jwks_url": format!("{url}/.well-known/jwks.json"), "clients": ["app"],
    }]);
    let config = stack.server_config();
    let config = config.with("WATERTIGHT_EXTERNAL_ISSUERS", &configured.to_string());
    let server = config.start().await;
    server.log_line("idp.external_keys.not_read").await;
    // The node serves requests that do not need the issuer.
    company.actor_on(&server, Role::HrAdmin).await.get(paths::EMPLOYEES).expect(200).await;
    let issuer = Issuer::start_at(address);
    let trusting = TrustingCompany { company, issuer, server };
    trusting.link("admin", Role::HrAdmin).await;
    let token = trusting.issuer.token("admin");
    let good = async || {
        let reply = trusting.get(paths::EMPLOYEES, &token).await;
        if reply.status == 200 {
            return Some(());
        }
        refused_for(&reply, UNKNOWN_KEY);
        None
    };
    until("the keys to be read", Duration::from_mins(2), good).await;
    trusting.server.log_line("idp.external_keys.read").await;
}

/// T11, T4a: a bad set of keys changes nothing: the node keeps the last good set, and follows no redirection.
#[tokio::test]
async fn a_bad_set_of_keys_changes_nothing() {
    for bad in ["secret", "weak", "redirection", "long", "error", "twice"] {
        let trusting = TrustingCompany::a_pool().await;
        trusting.link("admin", Role::HrAdmin).await;
        let issuer = &trusting.issuer;
        accepted(&trusting.get(paths::EMPLOYEES, &issuer.token("admin")).await);
        let (next, elsewhere) = (Key::fresh(), Issuer::start());
        elsewhere.publish(&[&next]);
        let (mut odd, good) = (Key::fresh().jwk(), next.jwk());
        let location = format!("location: {}\r\n", elsewhere.url());
        let (status, headers) = match bad {
            "redirection" => ("302 Found", location.as_str()),
            "error" => ("500 Internal Server Error", ""),
            _ => ("200 OK", ""),
        };
        match bad {
            "secret" => odd["d"] = json!("AAAA"),
            "weak" => odd = json!({"kty": "RSA", "kid": "1", "n": "AQAB", "e": "AQAB"}),
            "long" => odd["x5c"] = json!(["A".repeat(140 * 1024)]),
            "twice" => odd = good.clone(),
            _ => {}
        }
        issuer.answer(status, headers, &json!({"keys": [good, odd]}).to_string());
        let before = issuer.request_count();
        let new = next.sign(&issuer.claims("admin"));
        println!("{bad}");
        refused_for(&trusting.get(paths::EMPLOYEES, &new).await, UNKNOWN_KEY);
        assert!(issuer.request_count() > before, "{bad}: the issuer got no request");
        assert_eq!(elsewhere.request_count(), 0, "{bad}");
        trusting.server.log_line("idp.external_keys.not_read").await;
        // A new token, so that it is verified and not answered from the cache of verified tokens.
        accepted(&trusting.get(paths::EMPLOYEES, &issuer.token("admin")).await);
    }
}

/// T11: tokens of the product's own pools are still accepted if an external issuer is configured, and that issuer gets no request because of them.
#[tokio::test]
async fn tokens_of_own_pools_are_accepted_beside_external_ones() {
    let stack = Stack::get().await;
    let (company, issuer) = (Company::fresh(stack).await, Issuer::start());
    let configured = format!("[{}]", issuer.configured(&company, r#""clients":["app"]"#));
    let config = stack.server_config().with("WATERTIGHT_DEMO", "true");
    let server = config.with("WATERTIGHT_EXTERNAL_ISSUERS", &configured).start().await;
    let trusting = TrustingCompany { company, issuer, server };
    let admin = trusting.company.actor_on(&trusting.server, Role::HrAdmin).await;
    let asked = admin.request(Method::POST, paths::TOKENS).json(&json!({}));
    let set: TokenSet = asked.expect(201).await.json();
    let before = trusting.issuer.request_count();
    for path in [paths::EMPLOYEES, paths::WHOAMI] {
        accepted(&trusting.get(path, &set.access_token).await);
    }
    let id = set.id_token.unwrap();
    accepted(&trusting.get(paths::WHOAMI, &id).await);
    let reply = trusting.get(paths::EMPLOYEES, &id).await;
    refused_for(&reply, "the token is not meant for this use");
    assert_eq!(trusting.get(paths::EMPLOYEES, "no.token").await.status, 401);
    assert_eq!(trusting.issuer.request_count(), before);
}
