//! Servers whose sessions are in Memcached or in DynamoDB.

use api_types::{Code, paths};
use domain::Role;
use e2e::{Actor, Company, Server, ServerConfig, Stack};
use reqwest::Method;
use serde_json::json;
use session::conformance::LocalServer;

use super::outages::{assert_unavailable, wait_until_recovered};

/// Starts two nodes with this configuration and signs an HR admin in. Returns the nodes, and one actor for each.
async fn two_nodes_with_admin(config: &ServerConfig) -> ([Server; 2], [Actor; 2]) {
    let nodes: [Server; 2] = tokio::join!(config.start(), config.start()).into();
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.actor_on(&nodes[0], Role::HrAdmin).await;
    let both = [admin.clone(), admin.on(&nodes[1])];
    (nodes, both)
}

/// Checks what every store of sessions has to do: a session is valid on both nodes, a store that hangs is 503 and never 401, and a sign-out ends the session on
/// both nodes.
async fn check_session_store(actors: [Actor; 2], store: &LocalServer) {
    for actor in &actors {
        actor.get(paths::EMPLOYEES).expect(200).await;
    }
    store.pause();
    for path in [paths::EMPLOYEES, paths::SESSION, paths::DEPARTMENTS] {
        assert_unavailable(&actors[0], path).await;
        assert_unavailable(&actors[1].clone().with_session(&"A".repeat(43)), path).await;
    }
    let ready = actors[0].get(paths::READY).expect(503).await;
    assert!(ready.text().contains("session"), "{}", ready.text());
    store.resume();
    for actor in &actors {
        wait_until_recovered(actor).await;
    }
    actors[1].request(Method::DELETE, paths::SESSION).expect(204).await;
    for actor in &actors {
        actor.get(paths::EMPLOYEES).expect(401).await.problem(Code::NotSignedIn);
    }
}

/// S5, O6: sessions in Memcached are valid on every node. While it hangs, requests are 503. A restart of Memcached signs everyone out.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_keeps_its_sessions_in_memcached() {
    let mut memcached = LocalServer::memcached(&[]).await;
    let stack = Stack::get().await;
    let config = stack
        .server_config()
        .with("WATERTIGHT_SESSION_STORE", "memcached")
        .with("MEMCACHED_SESSION_ADDRESS", &memcached.address());
    let (nodes, actors) = two_nodes_with_admin(&config).await;
    check_session_store(actors, &memcached).await;
    let acme = Company::fresh(stack).await;
    let admin = acme.actor_on(&nodes[0], Role::HrAdmin).await;
    admin.get(paths::EMPLOYEES).expect(200).await;
    memcached.restart().await;
    admin.get(paths::EMPLOYEES).expect(401).await.problem(Code::NotSignedIn);
}

/// S5, O6: sessions in DynamoDB are valid on every node. While it hangs, requests are 503. The server finds it by the variables that AWS' own programs read.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_keeps_its_sessions_in_dynamodb() {
    const TABLE: &str = "watertight-sessions";
    let dynamodb = LocalServer::dynoxide().await;
    create_table(&dynamodb, TABLE).await;
    let config = Stack::get()
        .await
        .server_config()
        .with("WATERTIGHT_SESSION_STORE", "dynamodb")
        .with("DYNAMODB_SESSION_TABLE", TABLE)
        .with("AWS_REGION", "eu-central-1")
        .with("AWS_ENDPOINT_URL_DYNAMODB", &format!("http://{}", dynamodb.address()))
        .with("AWS_ACCESS_KEY_ID", "of-the-tests")
        .with("AWS_SECRET_ACCESS_KEY", "secret-of-the-tests");
    let (_nodes, actors) = two_nodes_with_admin(&config).await;
    check_session_store(actors, &dynamodb).await;
}

/// Creates a table as an operator does. The server of the tests does not check the signature. (The end-to-end tests do not depend on the crates of the stores.)
async fn create_table(dynamodb: &LocalServer, name: &str) {
    let table = json!({
        "TableName": name,
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    });
    let created = reqwest::Client::new()
        .post(format!("http://{}/", dynamodb.address()))
        .header("x-amz-target", "DynamoDB_20120810.CreateTable")
        .header("content-type", "application/x-amz-json-1.0")
        .header("authorization", "AWS4-HMAC-SHA256 Credential=of-the-tests/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
        .header("x-amz-date", "20260101T000000Z")
        .body(table.to_string())
        .send()
        .await;
    let created = created.unwrap();
    assert!(created.status().is_success(), "{}", created.text().await.unwrap());
}
