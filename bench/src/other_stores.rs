//! The session stores that the server has only with a feature: Memcached, and a server with the protocol of DynamoDB.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use session::{IndexedRecords, ItemStore, RecordStore, conformance::LocalServer};
use session_dynamodb::{DynamoDb, local_client};
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
    let server = LocalServer::memcached(&[]).await;
    let items = Memcached::new(&server.address(), TIMEOUT);
    running(items, server)
}

pub(crate) async fn dynamodb() -> Result<Running> {
    let server = LocalServer::dynoxide().await;
    let items = DynamoDb::new(local_client(&server.address(), TIMEOUT), "sessions");
    items.create_table().await?;
    Ok(running(items, server))
}

fn running(items: impl ItemStore, server: LocalServer) -> Running {
    let records = Arc::new(IndexedRecords::new(items, AT_ONCE, TIMEOUT, Handle::current()));
    Running { records, _server: server }
}
