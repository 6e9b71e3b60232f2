//! G1: the size of what a client sends is bounded on every route, and checked before any other work.

use std::time::Duration;

use api_types::{Code, paths};
use e2e::{Actor, Application, Company, Fault, FaultProxy, Redis, Reply, Server, Stack, until};
use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

/// The most bytes of a query string or form.
const MAX_BYTES: usize = 8 << 10;
/// The most parameters of a query string or form.
const MAX_PARAMETERS: usize = 32;
/// The most bytes of a JSON body.
const MAX_JSON_BYTES: usize = 16 << 10;
/// Routes that the OpenAPI document does not describe: Cognito's protocol, pages, the page to try the API on, and paths that do not exist.
const NOT_DESCRIBED: [(Method, &str); 5] = [
    (Method::POST, "/"),
    (Method::GET, "/sign-in"),
    (Method::GET, "/docs/"),
    (Method::GET, "/nothing/here"),
    (Method::POST, "/api/v1/nothing"),
];

/// A method and a path that a client may request.
struct Route {
    method: Method,
    path: String,
    /// The media type of its body, if it takes one.
    body: Option<String>,
}

/// Every route: those of the OpenAPI document, so that a new one is included, and [`NOT_DESCRIBED`].
async fn routes(visitor: &Actor, app: &Application) -> Vec<Route> {
    let document: Value = visitor.get(paths::OPENAPI).expect(200).await.json();
    let mut routes: Vec<Route> = NOT_DESCRIBED
        .into_iter()
        .map(|(method, path)| Route { method, path: path.to_owned(), body: None })
        .collect();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let id = Uuid::nil().to_string();
        let path = path.replace("{pool_id}", app.pool.as_str()).replace("{id}", &id);
        assert!(!path.contains('{'), "replace the parameter of {path} here too");
        for (method, operation) in operations.as_object().unwrap() {
            let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else { continue };
            let content = operation["requestBody"]["content"].as_object();
            let body = content.and_then(|content| content.keys().next().cloned());
            routes.push(Route { method, path: path.clone(), body });
        }
    }
    assert!(routes.len() > 25, "the document describes fewer routes than there are");
    routes
}

/// `count` parameters with a total of at most `bytes` bytes.
fn parameters(count: usize, bytes: usize) -> String {
    let value = "v".repeat(bytes / count - "p00=&".len());
    let all: Vec<String> = (0..count).map(|number| format!("p{number:02}={value}")).collect();
    all.join("&")
}

/// A query or form within the bounds, and three beyond them: with twice the bytes, twice the parameters, and both.
fn within_and_beyond() -> (String, [String; 3]) {
    let twice = [
        (1, 2 * MAX_BYTES),
        (2 * MAX_PARAMETERS, MAX_BYTES / 2),
        (2 * MAX_PARAMETERS, 2 * MAX_BYTES),
    ];
    (parameters(MAX_PARAMETERS, MAX_BYTES), twice.map(|(count, bytes)| parameters(count, bytes)))
}

/// Whether an answer says that a bound was exceeded.
fn is_size_refusal(reply: &Reply) -> bool {
    reply.status == 413
        || ["at most 8 KiB", "at most 32"].iter().any(|said| reply.text().contains(said))
}

/// A node that can lose its connections to PostgreSQL and Redis.
struct Node {
    server: Server,
    stores: [FaultProxy; 2],
    _redis: Redis,
}

impl Node {
    async fn start(stack: &Stack) -> Self {
        let redis = Redis::start().await;
        let database = FaultProxy::to(stack.postgres.address()).await;
        let sessions = FaultProxy::to(redis.address()).await;
        let (database_url, redis_url) = (
            format!("postgres://{}/watertight", database.address),
            format!("redis://{}/0", sessions.address),
        );
        let config = stack.server_config().with("WATERTIGHT_DATABASE_URL", &database_url);
        let config =
            config.with("REDIS_SESSION_URL", &redis_url).with("REDIS_CACHE_URL", &redis_url);
        Self { server: config.start().await, stores: [database, sessions], _redis: redis }
    }

    async fn lose_its_stores(&self, visitor: &Actor) {
        self.stores.iter().for_each(|store| store.set(Fault::Refused));
        until("the stores to be unreachable", Duration::from_secs(30), async || {
            (visitor.get(paths::COMPANY).without_retry().send().await.status == 503).then_some(())
        })
        .await;
    }
}

/// G1: on every route a query within the bounds is not refused for its size, and a query beyond them is refused with a problem. PostgreSQL and Redis are
/// unreachable, so the check happens before any request to them.
#[tokio::test]
async fn a_query_beyond_the_bound_is_refused_before_any_other_work() {
    let stack = Stack::get().await;
    let (acme, node) = (Company::fresh(stack).await, Node::start(stack).await);
    let app = acme.application("--flow REFRESH_TOKEN_AUTH").await;
    let visitor = acme.visitor().on(&node.server);
    let routes = routes(&visitor, &app).await;
    let (within, beyond) = within_and_beyond();
    node.lose_its_stores(&visitor).await;
    let mut unavailable = 0;
    for Route { method, path, .. } in &routes {
        let ask = |query: &str| {
            let request = visitor.request(method.clone(), &format!("{path}?{query}"));
            request.json(&serde_json::json!({})).without_retry().send()
        };
        let asked = ask(&within).await;
        assert!(!is_size_refusal(&asked), "{method} {path}: {}", asked.text());
        unavailable += usize::from(asked.status == 503);
        for query in &beyond {
            let refused = ask(query).await;
            assert_eq!(refused.status, 400, "{method} {path}: {}", refused.text());
            refused.problem(Code::BadRequest);
            assert!(is_size_refusal(&refused), "{method} {path}: {}", refused.text());
        }
    }
    assert!(unavailable > 10, "the control: {unavailable} routes need the stores");
}

/// G1: the same for forms. The refusal has the error format of the endpoint.
#[tokio::test]
async fn a_form_beyond_the_bound_is_refused_before_any_other_work() {
    let stack = Stack::get().await;
    let (acme, node) = (Company::fresh(stack).await, Node::start(stack).await);
    let app = acme.application("--flow REFRESH_TOKEN_AUTH").await;
    let visitor = acme.visitor().on(&node.server);
    let form = "application/x-www-form-urlencoded";
    let mut routes = routes(&visitor, &app).await;
    routes.retain(|route| route.body.as_deref() == Some(form));
    assert!(routes.len() >= 3, "token, revoke and logout take forms");
    let (within, beyond) = within_and_beyond();
    node.lose_its_stores(&visitor).await;
    for Route { method, path, .. } in &routes {
        let ask = |body: &str| {
            let request = visitor.request(method.clone(), path).header("content-type", form);
            request.body(body).without_retry().send()
        };
        let asked = ask(&within).await;
        assert_eq!(asked.status, 503, "the control: {path} needs the stores: {}", asked.text());
        for body in &beyond {
            let refused = ask(body).await;
            assert!(matches!(refused.status, 400 | 413), "{path}: {}", refused.text());
            assert!(is_size_refusal(&refused), "{path}: {}", refused.text());
        }
    }
}

/// G1: a JSON body of twice the bound is refused on the routes that need no sign-in.
#[tokio::test]
async fn a_json_body_beyond_the_bound_is_refused_before_any_other_work() {
    let stack = Stack::get().await;
    let (acme, node) = (Company::fresh(stack).await, Node::start(stack).await);
    let visitor = acme.visitor().on(&node.server);
    let bare = Actor::at(&node.server, "");
    node.lose_its_stores(&visitor).await;
    let body = format!("{{\"email\":\"{}\"}}", "a".repeat(2 * MAX_JSON_BYTES));
    for (actor, path, kind) in
        [(&visitor, paths::SESSION, "application/json"), (&bare, "/", "application/x-amz-json-1.1")]
    {
        let request = actor.request(Method::POST, path).header("content-type", kind);
        let target = "AWSCognitoIdentityProviderService.InitiateAuth";
        let refused = request.header("x-amz-target", target).body(body.clone()).without_retry();
        refused.expect(413).await;
    }
}

/// G1: ten thousand different names in one query or form are refused everywhere.
#[tokio::test]
async fn ten_thousand_names_are_refused() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let app = acme.application("--flow REFRESH_TOKEN_AUTH").await;
    let names: Vec<String> = (0..10_000).map(|number| format!("{number:x}")).collect();
    let query = names.join("&");
    for path in [paths::LOGOUT, paths::AUTHORIZE, paths::DISCOVERY] {
        let path = format!("{}?{query}", app.path(path));
        acme.visitor().get(&path).expect(400).await.problem(Code::BadRequest);
    }
    let form = acme.visitor().request(Method::POST, &app.path(paths::TOKEN));
    let form = form.header("content-type", "application/x-www-form-urlencoded").body(query);
    form.expect(413).await.problem(Code::BodyTooLarge);
}
