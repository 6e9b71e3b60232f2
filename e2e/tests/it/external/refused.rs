//! Tokens of external issuers that are refused, each with its reason.

use api_types::paths;
use chrono::Utc;
use domain::Role;
use e2e::{Actor, Company, Stack};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    TrustingCompany, UNKNOWN_KEY, UNLINKED, accepted, get_with_token,
    issuer::{Issuer, Key},
    refused_for,
};

/// T11, T4d, T4f: every claim and every header member is checked.
#[tokio::test]
async fn an_invalid_token_of_an_external_issuer_is_refused() {
    let trusting = TrustingCompany::a_pool().await;
    trusting.link("admin", Role::HrAdmin).await;
    let issuer = &trusting.issuer;
    let now = Utc::now().timestamp();
    accepted(&trusting.get(paths::EMPLOYEES, &issuer.token("admin")).await);
    let foreign = "the token is meant for another audience";
    let other_use = "the token is not meant for this use";
    for (name, value, reason) in [
        ("sub", json!("nobody"), UNLINKED),
        ("sub", json!(""), "a claim of the token is missing or invalid"),
        ("client_id", json!("another"), foreign),
        ("client_id", Value::Null, foreign),
        ("token_use", json!("id"), other_use),
        ("token_use", Value::Null, other_use),
        ("iss", json!("http://127.0.0.1:1/x"), "the issuer of the token does not match its key"),
        ("exp", json!(now - 31), "the token has expired"),
        ("exp", json!(now + 4000), "the lifetime of the token is longer than allowed"),
        ("iat", json!(now + 60), "the token is not valid yet"),
        ("nbf", json!(now + 60), "the token is not valid yet"),
    ] {
        let mut claims = issuer.claims("admin");
        claims[name] = value.clone();
        println!("{name}: {value}");
        refused_for(&trusting.get(paths::EMPLOYEES, &issuer.key.sign(&claims)).await, reason);
    }
    let claims = issuer.claims("admin");
    let kid = issuer.key.jwk()["kid"].clone();
    for (header, key, reason) in [
        (
            json!({"kid": kid, "alg": "ES256"}),
            &Key::fresh(),
            "the signature of the token is invalid",
        ),
        (json!({"kid": "1", "alg": "ES256"}), &issuer.key, UNKNOWN_KEY),
        (json!({"alg": "ES256"}), &issuer.key, UNKNOWN_KEY),
        (
            json!({"kid": kid, "alg": "none"}),
            &issuer.key,
            "the algorithm of the token does not match its key",
        ),
        (
            json!({"kid": kid, "alg": "ES256", "jku": issuer.url()}),
            &issuer.key,
            "the token header has a missing, unknown or invalid member",
        ),
    ] {
        let token = key.sign_under(&header, &claims);
        println!("{header}");
        refused_for(&trusting.get(paths::EMPLOYEES, &token).await, reason);
    }
}

/// T11, I3: a token is accepted at the company that trusts its issuer, and refused at another company's host.
#[tokio::test]
async fn a_token_of_an_external_issuer_is_refused_at_another_tenant() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let [one, two] = [Issuer::start(), Issuer::start()];
    let members = r#""clients":["app"]"#;
    let configured =
        format!("[{},{}]", one.configured(&acme, members), two.configured(&betaco, members));
    let config = stack.server_config().with("WATERTIGHT_EXTERNAL_ISSUERS", &configured);
    let acme = TrustingCompany { company: acme, issuer: one, server: config.start().await };
    acme.link("admin", Role::HrAdmin).await;
    let token = acme.issuer.token("admin");
    accepted(&acme.get(paths::EMPLOYEES, &token).await);
    let elsewhere = betaco.visitor_on(&acme.server);
    for path in [paths::EMPLOYEES, paths::WHOAMI] {
        let reply = get_with_token(&elsewhere, path, &token).await;
        refused_for(&reply, "the token was issued for another company than the host names");
    }
    // The same subject of the other company's issuer is not linked, and neither issuer can sign for the other.
    refused_for(&acme.get(paths::EMPLOYEES, &two.token("admin")).await, UNLINKED);
    let crossed = two.key.sign(&acme.issuer.claims("admin"));
    let reply = acme.get(paths::EMPLOYEES, &crossed).await;
    refused_for(&reply, "the issuer of the token does not match its key");
    // A node without this configuration does not know the key.
    let visitor = Actor::at(&stack.server, "");
    refused_for(&get_with_token(&visitor, paths::EMPLOYEES, &token).await, UNKNOWN_KEY);
}

/// T11, T5: a user who signs out everywhere revokes all tokens that the external issuer issued until then, at once.
#[tokio::test]
async fn signing_out_everywhere_revokes_tokens_of_external_issuers_too() {
    let trusting = TrustingCompany::a_pool().await;
    trusting.link("admin", Role::HrAdmin).await;
    let token = trusting.issuer.token("admin");
    accepted(&trusting.get(paths::EMPLOYEES, &token).await);
    let admin = trusting.company.actor_on(&trusting.server, Role::HrAdmin).await;
    admin.request(Method::DELETE, paths::SESSIONS).expect(204).await;
    for path in [paths::EMPLOYEES, paths::WHOAMI] {
        refused_for(&trusting.get(path, &token).await, "the token was revoked");
    }
    // A token that was issued before and not used yet is refused too, by the account's revocation time.
    let another = trusting.issuer.token("admin");
    refused_for(&trusting.get(paths::EMPLOYEES, &another).await, "the token was revoked");
    // A token that is refreshed at the issuer still comes from the old sign-in. Only a new sign-in is accepted.
    let mut later = trusting.issuer.claims("admin");
    later["iat"] = json!(Utc::now().timestamp() + 2);
    let refreshed = trusting.issuer.key.sign(&later);
    refused_for(&trusting.get(paths::EMPLOYEES, &refreshed).await, "the token was revoked");
    later["auth_time"] = later["iat"].clone();
    accepted(&trusting.get(paths::EMPLOYEES, &trusting.issuer.key.sign(&later)).await);
}
