//! T7: client authentication at the token endpoint, and invalid requests.

use api_types::{Code, OauthError, paths};
use base64::{Engine, engine::general_purpose::STANDARD};
use e2e::{Actor, Application, Company, Reply, Request, Stack};
use reqwest::Method;

use super::{application, bare};

const MACHINE: &str = "--flow client_credentials --scope hr/employees.read --secret";

fn basic(client: &Actor, app: &Application, secret: &str, fields: &[(&str, &str)]) -> Request {
    let shown = STANDARD.encode(format!("{}:{secret}", app.id));
    client
        .post_form(&app.path(paths::TOKEN), fields)
        .header("authorization", &format!("Basic {shown}"))
}

fn is_refused(reply: &Reply) {
    reply.oauth(OauthError::InvalidClient);
    assert!(reply.header("www-authenticate").unwrap().starts_with("Basic "));
}

/// T7, T9: a client with a secret sends it in exactly one of two ways. Every other client gets the same `invalid_client`.
#[tokio::test]
async fn a_client_authenticates_in_exactly_one_way() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let (app, foreign) = (acme.application(MACHINE).await, betaco.application(MACHINE).await);
    let (public, client) = (application(&acme, "").await, bare(stack));
    let (token, secret) = (app.path(paths::TOKEN), app.secret.clone().unwrap());
    let grant = ("grant_type", "client_credentials");
    client.post_form(&token, &app.shown(&[grant])).expect(200).await.tokens();
    basic(&client, &app, &secret, &[grant]).expect(200).await.tokens();
    basic(&client, &app, &secret, &[grant, ("client_id", app.id.as_str())]).expect(200).await;

    let (id, theirs) = (("client_id", app.id.as_str()), foreign.secret.clone().unwrap());
    for fields in [
        vec![grant],
        vec![grant, id],
        vec![grant, id, ("client_secret", "wrong")],
        vec![grant, id, ("client_secret", &theirs)],
        vec![grant, id, ("client_secret", &secret[1..])],
        vec![grant, ("client_id", "nobody"), ("client_secret", &secret)],
        foreign.shown(&[grant]),
        vec![grant, ("client_id", public.id.as_str()), ("client_secret", &secret)],
    ] {
        is_refused(&client.post_form(&token, &fields).expect(401).await);
    }
    is_refused(&basic(&client, &app, "wrong", &[grant]).expect(401).await);
    is_refused(&basic(&client, &app, "", &[grant]).expect(401).await);
    is_refused(
        &client
            .post_form(&token, &[grant, id])
            .header("authorization", "Bearer x")
            .expect(401)
            .await,
    );
    let twice = basic(&client, &app, &secret, &app.shown(&[grant])).expect(400).await;
    twice.oauth(OauthError::InvalidRequest);
    let other = basic(&client, &app, &secret, &[grant, ("client_id", public.id.as_str())]);
    other.expect(400).await.oauth(OauthError::InvalidRequest);
}

/// T7: a pool is found at its own company's host, and not at another company's, even with valid client credentials.
#[tokio::test]
async fn a_pool_is_served_at_the_bare_host_and_at_its_own_company_host() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let app = acme.application(MACHINE).await;
    let (token, grant) =
        (app.path(paths::TOKEN), app.shown(&[("grant_type", "client_credentials")]));
    acme.visitor().post_form(&token, &grant).expect(200).await.tokens();
    betaco.visitor().post_form(&token, &grant).expect(404).await.problem(Code::NotFound);
}

/// T7: the token endpoint refuses an invalid request with an error of RFC 6749 §5.2.
#[tokio::test]
async fn an_invalid_token_request_is_refused() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let (app, machine) = (application(&acme, "").await, acme.application(MACHINE).await);
    let (client, token) = (bare(stack), app.path(paths::TOKEN));
    for (fields, error) in [
        (vec![], OauthError::InvalidRequest),
        (
            vec![("grant_type", "password"), ("username", "a"), ("password", "b")],
            OauthError::UnsupportedGrantType,
        ),
        (vec![("grant_type", "implicit")], OauthError::UnsupportedGrantType),
        (vec![("grant_type", "client_credentials")], OauthError::UnauthorizedClient),
        (vec![("grant_type", "authorization_code")], OauthError::InvalidRequest),
        (vec![("grant_type", "authorization_code"), ("code", "a")], OauthError::InvalidRequest),
        (vec![("grant_type", "refresh_token")], OauthError::InvalidRequest),
        (vec![("grant_type", "refresh_token"), ("refresh_token", "a")], OauthError::InvalidGrant),
        (
            vec![("grant_type", "refresh_token"), ("grant_type", "refresh_token")],
            OauthError::InvalidRequest,
        ),
        (
            vec![("grant_type", "refresh_token"), ("refresh_token", "a"), ("x", "1"), ("x", "2")],
            OauthError::InvalidRequest,
        ),
    ] {
        let reply = client.post_form(&token, &app.shown(&fields)).send().await;
        assert_eq!(reply.status, 400, "{fields:?}: {}", reply.text());
        reply.oauth(error);
    }
    for grant in ["authorization_code", "refresh_token"] {
        let grant = machine.shown(&[("grant_type", grant), ("code", "a"), ("refresh_token", "a")]);
        let reply = client.post_form(&token, &grant).expect(400).await;
        reply.oauth(OauthError::UnauthorizedClient);
    }
    let json = client.request(Method::POST, &token).json(&serde_json::json!({"grant_type": "x"}));
    json.expect(400).await.oauth(OauthError::InvalidRequest);
    let long = "a".repeat(20 << 10);
    let reply = client.post_form(&token, &[("code", &long)]).expect(413).await;
    reply.problem(Code::BodyTooLarge);
    let compressed = client.post_form(&token, &[]).header("content-encoding", "gzip");
    compressed.expect(415).await.problem(Code::UnsupportedMediaType);
    let tenant = client.post_form(&token, &[]).header("x-tenant-id", "acme");
    tenant.expect(400).await.problem(Code::TenantHeaderRefused);
}
