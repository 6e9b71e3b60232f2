//! A Memcached of one test.

use std::process::Command;

use async_memcached::{AsciiProtocol, Client};
use session::conformance::LocalServer;

/// Starts Memcached with these further options.
pub(crate) async fn memcached(options: &'static [&'static str]) -> LocalServer {
    LocalServer::start(move |port| {
        let mut memcached = Command::new("memcached");
        // Memcached refuses to run as root, so root names the user that it shall become.
        memcached.args(["-l", "127.0.0.1", "-U", "0", "-u", "nobody", "-p", &port.to_string()]);
        memcached.args(options);
        memcached
    })
    .await
}

/// Every key in a Memcached with its value.
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
