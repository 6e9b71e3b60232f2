//! The session stores that the server has only with a feature: Memcached, and a server with the protocol of DynamoDB.

use std::{
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use anyhow::Result;
use session::{IndexedRecords, RecordStore, conformance::LocalServer};
use session_dynamodb::DynamoDb;
use session_memcached::Memcached;
use tokio::runtime::Handle;

const TIMEOUT: Duration = Duration::from_secs(10);
const AT_ONCE: usize = 4;

/// Session records in a store, and the server that runs it until this value is dropped.
pub(crate) struct Running {
    pub(crate) records: Arc<dyn RecordStore>,
    _server: LocalServer,
}

pub(crate) async fn memcached() -> Running {
    let server = LocalServer::start(|port| {
        let mut memcached = Command::new("memcached");
        memcached.args(["-l", "127.0.0.1", "-U", "0", "-u", "nobody", "-p", &port.to_string()]);
        memcached
    });
    let server = server.await;
    let items = Memcached::new(&server.address(), TIMEOUT);
    let records = Arc::new(IndexedRecords::new(items, AT_ONCE, TIMEOUT, Handle::current()));
    Running { records, _server: server }
}

pub(crate) async fn dynamodb() -> Result<Running> {
    let server = LocalServer::start(|port| {
        let mut dynoxide = Command::new("dynoxide");
        dynoxide.args(["--log", "quiet", "--port", &port.to_string()]).stdout(Stdio::null());
        dynoxide
    });
    let server = server.await;
    let items = DynamoDb::at_local_endpoint(&server.address(), "sessions", TIMEOUT);
    items.create_table().await?;
    let records = Arc::new(IndexedRecords::new(items, AT_ONCE, TIMEOUT, Handle::current()));
    Ok(Running { records, _server: server })
}
