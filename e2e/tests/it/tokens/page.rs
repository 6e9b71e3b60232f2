//! The tokens that the demonstration's page gets for the signed-in user, and what each of them allows.

use api_types::{
    Code, EmployeeRow, Identity, Inspected, Page, SessionView, TokenKind, TokenSet, paths,
};
use domain::Role;
use e2e::{Actor, Company, Request, Server, Stack};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

/// A node of the shared stack that is a demonstration.
async fn demonstration() -> &'static Server {
    static NODE: OnceCell<Server> = OnceCell::const_new();
    let start = async || {
        let stack = Stack::get().await;
        stack.server_config().with("WATERTIGHT_DEMO", "true").start().await
    };
    NODE.get_or_init(start).await
}

async fn tokens(person: &Actor, scopes: Option<&[&str]>) -> TokenSet {
    let asked = scopes.map_or_else(|| json!({}), |scopes| json!({ "scopes": scopes }));
    post(person, paths::TOKENS, &asked).expect(201).await.token_set()
}

fn post(person: &Actor, path: &str, body: &Value) -> Request {
    person.request(Method::POST, path).json(body)
}

async fn inspected(person: &Actor, token: &str) -> Inspected {
    post(person, paths::INSPECT_TOKEN, &json!({ "token": token })).expect(200).await.json()
}

fn list() -> String {
    format!("{}?limit=1", paths::EMPLOYEES)
}

/// A node that is not a demonstration gives its pages no tokens (ASVS 10.1.1).
#[tokio::test]
async fn a_node_without_the_demonstration_gives_its_pages_no_tokens() {
    let stack = Stack::get().await;
    let admin = Company::fresh(stack).await.hr_admin().await;
    for path in [paths::TOKENS, paths::INSPECT_TOKEN] {
        let body = if path == paths::TOKENS { json!({}) } else { json!({ "token": "a.b.c" }) };
        post(&admin, path, &body).expect(404).await.problem(Code::NotFound);
    }
    admin.get(paths::OUTBOX).expect(404).await.problem(Code::NotFound);
    let parameters =
        async |actor: &Actor| -> SessionView { actor.get(paths::SESSION).expect(200).await.json() };
    assert!(!parameters(&admin).await.demonstration, "the session must not offer the page");
    let acme = Company::fresh(stack).await;
    assert!(
        parameters(&acme.actor_on(demonstration().await, Role::HrAdmin).await).await.demonstration
    );
}

/// T1, T4d, T4f: an access token is accepted for its own company, at the bare host and at the company's. An ID token and a refresh token are refused.
#[tokio::test]
async fn an_access_token_is_accepted_for_its_own_tenant_only() {
    let (stack, node) = (Stack::get().await, demonstration().await);
    let [acme, betaco] = Company::pair(stack).await;
    let admin = acme.actor_on(node, Role::HrAdmin).await;
    let set = tokens(&admin, None).await;
    let (own, bare, foreign) =
        (acme.visitor_on(node), Actor::at(node, "").of(&acme.canary), betaco.visitor_on(node));
    for host in [&own, &bare] {
        let page: Page<EmployeeRow> =
            host.get_with_token(&list(), &set.access_token).expect(200).await.json();
        assert!(page.items[0].salary.is_some(), "an HR admin with every scope");
    }
    let id = set.id_token.as_deref().unwrap();
    let refresh = set.refresh_token.as_deref().unwrap();
    for (host, token, reason) in [
        (&foreign, set.access_token.as_str(), "another company"),
        (&own, id, "not meant for this use"),
        (&own, refresh, "a refresh token is not an access token"),
        (&bare, "a.b.c", "error_description"),
    ] {
        let refused = host.get_with_token(&list(), token).expect(401).await;
        let challenge = refused.header("www-authenticate").unwrap().to_owned();
        refused.problem(Code::InvalidToken);
        assert!(challenge.starts_with("Bearer error=\"invalid_token\""), "{challenge}");
        assert!(challenge.contains(reason), "{challenge}");
    }
}

/// T3, T4d: with an ID token `whoami` returns the email address. With an access token it does not, and says why.
#[tokio::test]
async fn whoami_returns_an_address_for_an_id_token_only() {
    let (stack, node) = (Stack::get().await, demonstration().await);
    let [acme, betaco] = Company::pair(stack).await;
    let set = tokens(&acme.actor_on(node, Role::Manager).await, None).await;
    let own = acme.visitor_on(node);
    let whoami = async |token: &str| -> Identity {
        own.get_with_token(paths::WHOAMI, token).expect(200).await.json()
    };
    let by_id = whoami(set.id_token.as_deref().unwrap()).await;
    let address = by_id.email.map(|email| email.to_string());
    assert_eq!(address, Some(acme.email_of(Role::Manager)));
    assert_eq!((by_id.token_use, by_id.role), (TokenKind::Id, Some(Role::Manager)));
    let by_access = whoami(&set.access_token).await;
    assert_eq!(
        (by_access.token_use, by_access.email, by_access.name),
        (TokenKind::Access, None, None)
    );
    assert!(by_access.no_email_reason.is_some_and(|why| why.contains("ID token")));
    assert_eq!((by_access.sub, by_access.tenant_id), (by_id.sub, acme.tenant));
    for token in [set.id_token.as_deref().unwrap(), &set.access_token] {
        betaco
            .visitor_on(node)
            .get_with_token(paths::WHOAMI, token)
            .expect(401)
            .await
            .problem(Code::InvalidToken);
    }
    own.get(paths::WHOAMI).expect(401).await.problem(Code::InvalidToken);
}

/// T4f, P8: a token allows only what both its scopes and the user's role allow.
#[tokio::test]
async fn a_token_allows_no_more_than_its_scopes() {
    let (stack, node) = (Stack::get().await, demonstration().await);
    let acme = Company::fresh(stack).await;
    let admin = acme.actor_on(node, Role::HrAdmin).await;
    let own = acme.visitor_on(node);
    let read = tokens(&admin, Some(&["hr/employees.read"])).await;
    assert!(read.id_token.is_none(), "no ID token without the scope `openid`");
    let page: Page<EmployeeRow> =
        own.get_with_token(&list(), &read.access_token).expect(200).await.json();
    assert!(page.items[0].salary.is_none(), "the token has no scope for salaries");
    let known = tokens(&admin, Some(&["openid"])).await;
    let refused = own.get_with_token(&list(), &known.access_token).expect(403).await;
    assert!(refused.header("www-authenticate").unwrap().contains("scope=\"hr/employees.read\""));
    refused.problem(Code::InsufficientScope);
    own.get_with_token(paths::SESSION, &read.access_token)
        .expect(403)
        .await
        .problem(Code::SessionRequired);
    let employee = acme.actor_on(node, Role::Employee).await;
    let everything = tokens(&employee, None).await;
    let page: Page<EmployeeRow> =
        own.get_with_token(&list(), &everything.access_token).expect(200).await.json();
    assert_eq!((page.total, page.items[0].salary), (1, None), "scopes must not widen the role");
}

/// T5: signing out everywhere revokes the user's tokens on every node at once. A verifier that checks only the signature still accepts them.
#[tokio::test]
async fn a_sign_out_revokes_tokens_that_a_plain_verifier_still_accepts() {
    let (stack, node) = (Stack::get().await, demonstration().await);
    let acme = Company::fresh(stack).await;
    let (leaving, staying) =
        (acme.actor_on(node, Role::Manager).await, acme.actor_on(node, Role::HrAdmin).await);
    let (gone, kept) = (tokens(&leaving, None).await, tokens(&staying, None).await);
    leaving.request(Method::DELETE, paths::SESSIONS).expect(204).await;
    for server in [node, &stack.server] {
        let own = acme.visitor_on(server);
        let refused = own.get_with_token(&list(), &gone.access_token).expect(401).await;
        assert!(refused.header("www-authenticate").unwrap().contains("revoked"));
        let id = gone.id_token.as_deref().unwrap();
        own.get_with_token(paths::WHOAMI, id).expect(401).await.problem(Code::InvalidToken);
        own.get_with_token(&list(), &kept.access_token).expect(200).await;
    }
    let still = inspected(&staying, &gone.access_token).await;
    assert!(still.valid, "{still:?}");
    let claims = still.claims.unwrap();
    assert_eq!(claims["token_use"], "access");
    assert!(claims.get("email").is_none() && claims.get("aud").is_none());
    let odd = inspected(&staying, &format!("{}x", gone.access_token)).await;
    assert_eq!(
        (odd.valid, odd.claims),
        (false, None),
        "claims that are not verified must not be shown"
    );
}

/// P4, T5: terminating an employee revokes the employee's tokens.
#[tokio::test]
async fn a_termination_revokes_tokens() {
    let (stack, node) = (Stack::get().await, demonstration().await);
    let acme = Company::fresh(stack).await;
    let admin = acme.actor_on(node, Role::HrAdmin).await;
    let leaving = acme.actor_on(node, Role::Employee).await;
    let set = tokens(&leaving, None).await;
    let own = acme.visitor_on(node);
    let mine: Page<EmployeeRow> =
        own.get_with_token(&list(), &set.access_token).expect(200).await.json();
    let view: Value = admin.get(&paths::employee(mine.items[0].id)).expect(200).await.json();
    let version = format!("\"{}\"", view["version"]);
    let terminate = post(&admin, &paths::terminate(mine.items[0].id), &json!({}));
    terminate.header("if-match", &version).expect(200).await;
    own.get_with_token(&list(), &set.access_token).expect(401).await.problem(Code::InvalidToken);
}
