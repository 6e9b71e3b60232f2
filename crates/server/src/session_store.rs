//! Opens the store of session records that the configuration names.

use std::sync::Arc;

#[cfg(any(feature = "memcached", feature = "dynamodb"))]
use anyhow::Context;
use session::RecordStore;
use store::Store;

use crate::{
    config::{Database, RedisUrls, SessionStore},
    session_days,
};

/// How many operations on session records run at the same time, in a store with a connection for each.
#[cfg(any(feature = "memcached", feature = "dynamodb"))]
const AT_ONCE: usize = 64;
/// How long an operation of DynamoDB may take, with its repetitions. The first one also opens a connection with TLS and may ask for credentials.
#[cfg(feature = "dynamodb")]
const DYNAMODB_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(2);

/// Opens the store of session records, and checks that it answers; `None` if they are in Redis or in this process.
///
/// `redis` says how long one operation may take.
pub(crate) async fn open(
    chosen: &SessionStore,
    database: &Database<'_>,
    store: &Store,
    #[cfg_attr(not(feature = "memcached"), expect(unused_variables, reason = "its timeout"))]
    redis: &RedisUrls,
) -> anyhow::Result<Option<Arc<dyn RecordStore>>> {
    match chosen {
        SessionStore::Redis | SessionStore::Memory => Ok(None),
        SessionStore::Postgres => {
            let records = database.session_records(store).await?;
            tokio::spawn(session_days::on_schedule(records.clone()));
            Ok(Some(Arc::new(records)))
        }
        #[cfg(feature = "memcached")]
        SessionStore::Memcached { address } => {
            let items = session_memcached::Memcached::new(address, redis.timeout);
            let records = in_items(items, redis.timeout);
            records.ping().await.with_context(|| {
                format!(
                    "hint: start Memcached at `{address}`, or check `MEMCACHED_SESSION_ADDRESS`"
                )
            })?;
            Ok(Some(records))
        }
        #[cfg(feature = "dynamodb")]
        SessionStore::DynamoDb { table } => {
            let items = session_dynamodb::DynamoDb::from_environment(table, DYNAMODB_TIMEOUT).await;
            let records = in_items(items, DYNAMODB_TIMEOUT);
            records.ping().await.with_context(|| {
                format!("hint: check that the table `{table}` exists, and the variables of AWS: `AWS_REGION`, `AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ACCESS_KEY_ID`")
            })?;
            Ok(Some(records))
        }
    }
}

/// Keeps session records in a store of single items, whose operations wait for their turn no longer than `wait`.
#[cfg(any(feature = "memcached", feature = "dynamodb"))]
fn in_items(items: impl session::ItemStore, wait: std::time::Duration) -> Arc<dyn RecordStore> {
    let runtime = tokio::runtime::Handle::current();
    Arc::new(session::IndexedRecords::new(items, AT_ONCE, wait, runtime))
}
