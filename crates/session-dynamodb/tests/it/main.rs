//! Sessions in a real server with the protocol of DynamoDB: the checks of every session store, and how its items are written.

#![expect(clippy::unwrap_used, reason = "a test that cannot continue panics")]

use std::{
    collections::HashMap,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use aws_sdk_dynamodb::types::AttributeValue;
use session::{
    IndexedRecords, ItemStore, RecordStore,
    conformance::{self, LocalServer, OneSession},
};
use session_dynamodb::{DynamoDb, local_client};
use tokio::runtime::Handle;

const TABLE: &str = "sessions";
/// How often each race is run, unless `WATERTIGHT_RACE_ROUNDS` says otherwise: fewer than for other stores, because the client is slow in a debug build.
const ROUNDS: usize = 100;
const TIMEOUT: Duration = Duration::from_secs(10);

/// The table on a server.
fn table(server: &LocalServer) -> DynamoDb {
    DynamoDb::new(local_client(&server.address(), TIMEOUT), TABLE)
}

/// A server with the table, and the items in it.
async fn items() -> (LocalServer, DynamoDb) {
    let server = LocalServer::dynoxide().await;
    let items = table(&server);
    items.create_table().await.unwrap();
    (server, items)
}

fn records(items: DynamoDb, wait: Duration) -> Arc<dyn RecordStore> {
    Arc::new(IndexedRecords::new(items, 32, wait, Handle::current()))
}

/// Every item in the table.
async fn dump(server: &LocalServer) -> Vec<HashMap<String, AttributeValue>> {
    let scan = local_client(&server.address(), TIMEOUT).scan().table_name(TABLE).send();
    scan.await.unwrap().items.unwrap_or_default()
}

/// S5: DynamoDB passes the checks and the races of every session store.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_in_dynamodb_conform() {
    let (_server, items) = items().await;
    let sessions = conformance::in_store(records(items, TIMEOUT));
    conformance::check(&sessions, &conformance::no_redis()).await;
    let rounds = std::env::var("WATERTIGHT_RACE_ROUNDS");
    let rounds = rounds.map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    conformance::race_rounds(&sessions, &conformance::no_redis(), rounds).await;
}

/// S5: moto, another program with the protocol of DynamoDB, agrees on the checks. It runs no race: it is not made for concurrent writes.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_in_moto_conform() {
    let server = LocalServer::start(|port| {
        let python = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.dev/interop/venv/bin/python");
        let mut moto = Command::new(python);
        moto.args(["-m", "moto.server", "-p", &port.to_string()]);
        moto.stdout(Stdio::null()).stderr(Stdio::null());
        moto
    })
    .await;
    let items = table(&server);
    items.create_table().await.unwrap();
    conformance::check(&conformance::in_store(records(items, TIMEOUT)), &conformance::no_redis())
        .await;
}

/// S6: an item whose `expires_at` has passed is not a session, although DynamoDB still has it. A new one takes its place.
#[tokio::test]
async fn an_expired_item_that_is_still_there_is_not_there() {
    let (server, items) = items().await;
    items.write("k", b"1", Duration::from_mins(1)).await.unwrap();
    assert!(items.read("k").await.unwrap().is_some(), "the control");
    let past = AttributeValue::N("1000000000".to_owned());
    let mut expired = dump(&server).await.pop().unwrap();
    expired.insert("expires_at".to_owned(), past);
    let put = local_client(&server.address(), TIMEOUT)
        .put_item()
        .table_name(TABLE)
        .set_item(Some(expired));
    put.send().await.unwrap();
    assert_eq!(dump(&server).await.len(), 1, "it is still there");
    assert_eq!(items.read("k").await.unwrap(), None);
    let lifetime = Duration::from_mins(1);
    assert!(items.write_unchanged("k", b"2", lifetime, None).await.unwrap(), "as a new item");
    assert!(!items.write_unchanged("k", b"3", lifetime, None).await.unwrap(), "it exists");
}

/// S2: a write with a condition is refused if the item was changed, deleted or created since it was read.
#[tokio::test]
async fn a_changed_item_is_not_overwritten() {
    let (_server, items) = items().await;
    conformance::a_changed_item_is_not_overwritten(&items).await;
}

/// S1, S5: a dump of the table shows neither the value of a cookie nor the device of a user. Each item has an `expires_at` in seconds.
#[tokio::test(flavor = "multi_thread")]
async fn a_dump_shows_no_cookie_and_no_personal_data() {
    let (server, items) = items().await;
    let sessions = conformance::in_store(records(items, TIMEOUT));
    let begun = OneSession::begin(&sessions).await;
    let dump = dump(&server).await;
    assert_eq!(dump.len(), 2, "the record and the index of its account");
    for item in &dump {
        let expires_at = item["expires_at"].as_n().unwrap();
        assert!(expires_at.parse::<i64>().is_ok_and(|at| at < 10_000_000_000), "{expires_at}");
        begun.assert_hidden_in(item["id"].as_s().unwrap().as_bytes());
        begun.assert_hidden_in(item["value"].as_b().unwrap().as_ref());
    }
}

/// O6: a DynamoDB that is down, hangs or has no such table is an error, and never "not signed in".
#[tokio::test(flavor = "multi_thread")]
async fn a_dynamodb_that_does_not_answer_is_an_error() {
    let (server, _) = items().await;
    let short = Duration::from_millis(500);
    let items = |table| DynamoDb::new(local_client(&server.address(), short), table);
    let sessions = conformance::in_store(records(items(TABLE), short));
    let begun = OneSession::begin(&sessions).await;
    server.pause();
    assert!(begun.is_unavailable().await, "a server that hangs");
    server.resume();
    assert!(begun.is_valid().await, "the server answers again");
    let missing = items("no-such-table").ping().await.unwrap_err();
    let why = std::error::Error::source(&missing).unwrap().to_string();
    assert!(why.contains("ResourceNotFoundException"), "{why}");
    drop(server);
    assert!(begun.is_unavailable().await, "no server");
}
