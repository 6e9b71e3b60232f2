//! Sessions in a real Memcached: the checks of every session store, and what Memcached loses.

#![expect(clippy::unwrap_used, reason = "a test that cannot continue panics")]

mod dump;

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use session::{
    IndexedRecords, ItemStore, RecordStore,
    conformance::{self, LocalServer, OneSession},
};
use session_memcached::Memcached;
use tokio::runtime::Handle;

use dump::dump;

const TIMEOUT: Duration = Duration::from_secs(5);

fn records(items: Memcached) -> Arc<dyn RecordStore> {
    Arc::new(IndexedRecords::new(items, 32, TIMEOUT, Handle::current()))
}

/// S5: Memcached passes the checks and the races of every session store.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_in_memcached_conform() {
    let server = LocalServer::memcached(&["-m", "256"]).await;
    let sessions = conformance::in_store(records(Memcached::new(&server.address(), TIMEOUT)));
    conformance::check(&sessions, &conformance::no_redis()).await;
    conformance::race(&sessions, &conformance::no_redis()).await;
}

/// S5, S8: a restart of Memcached ends every session. The connections to the old process are replaced without an error.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_ends_every_session() {
    let mut server = LocalServer::memcached(&[]).await;
    let sessions = conformance::in_store(records(Memcached::new(&server.address(), TIMEOUT)));
    let begun = OneSession::begin(&sessions).await;
    assert!(begun.is_valid().await, "the control");
    server.restart().await;
    assert!(!begun.is_valid().await, "after the restart");
    let again = OneSession::begin(&sessions).await;
    assert!(again.is_valid().await, "a new session");
}

/// S5: a Memcached that is full evicts sessions without an error: their users are signed out, and nobody else is affected.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_memory_ends_sessions() {
    let server = LocalServer::memcached(&["-m", "8", "-o", "no_modern"]).await;
    let sessions = conformance::in_store(records(Memcached::new(&server.address(), TIMEOUT)));
    let begun = OneSession::begin(&sessions).await;
    assert!(begun.is_valid().await, "the control");
    let (items, filler) = (Memcached::new(&server.address(), TIMEOUT), [b'x'; 1_000]);
    // Memcached evicts among items of about the same size, so the filler has every size that a session has.
    for batch in 0..1_000 {
        let keys: Vec<_> = (0..50).map(|n| (20 * n, format!("filler:{batch}:{n}"))).collect();
        let writes =
            keys.iter().map(|(size, key)| items.write(key, &filler[..*size], TIMEOUT * 60));
        for written in join_all(writes).await {
            written.unwrap();
        }
    }
    assert!(!begun.is_valid().await, "after 25 MB of other items");
    let again = OneSession::begin(&sessions).await;
    assert!(again.is_valid().await, "a new session");
}

/// O6: a Memcached that is down or hangs is an error, and never "not signed in". Afterwards the same sessions are valid.
#[tokio::test(flavor = "multi_thread")]
async fn a_memcached_that_does_not_answer_is_an_error() {
    let server = LocalServer::memcached(&[]).await;
    let short = Duration::from_millis(300);
    let items = || Memcached::new(&server.address(), short);
    let sessions = conformance::in_store(records(items()));
    let begun = OneSession::begin(&sessions).await;
    server.pause();
    assert!(begun.is_unavailable().await, "a server that hangs");
    server.resume();
    assert!(begun.is_valid().await, "the server answers again");
    let address = server.address();
    drop(server);
    assert!(begun.is_unavailable().await, "no server at {address}");
}

/// S1, S5: a dump of Memcached shows neither the value of a cookie nor the device of a user.
#[tokio::test(flavor = "multi_thread")]
async fn a_dump_shows_no_cookie_and_no_personal_data() {
    let server = LocalServer::memcached(&[]).await;
    let sessions = conformance::in_store(records(Memcached::new(&server.address(), TIMEOUT)));
    let begun = OneSession::begin(&sessions).await;
    let dump = dump(&server).await;
    assert_eq!(dump.len(), 2, "the record and the index of its account");
    for (key, value) in &dump {
        begun.assert_hidden_in(key.as_bytes());
        begun.assert_hidden_in(value);
    }
}

/// S2: a write with a condition is refused if the item was changed, deleted or created since it was read.
#[tokio::test]
async fn a_changed_item_is_not_overwritten() {
    let server = LocalServer::memcached(&[]).await;
    let items = Memcached::new(&server.address(), TIMEOUT);
    conformance::a_changed_item_is_not_overwritten(&items).await;
}
