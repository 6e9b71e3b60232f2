//! What a Memcached contains.

use async_memcached::{AsciiProtocol, Client};
use session::conformance::LocalServer;

/// Every key with its value.
pub(crate) async fn dump(server: &LocalServer) -> Vec<(String, Vec<u8>)> {
    let mut client = Client::new(format!("tcp://{}", server.address())).await.unwrap();
    let (mut keys, mut dump) = (Vec::new(), Vec::new());
    let mut found = client.dump_keys().await.unwrap();
    while let Some(key) = found.next().await {
        // Memcached escapes keys in this list as in a URL. Ours have only these characters that it escapes.
        let key = String::from_utf8(key.unwrap().key).unwrap();
        keys.push(key.replace("%7B", "{").replace("%7D", "}").replace("%3A", ":"));
    }
    drop(found);
    for key in keys {
        let value = client.get(&key).await.unwrap().unwrap().data.unwrap();
        dump.push((key, value));
    }
    dump
}
