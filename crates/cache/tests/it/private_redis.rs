//! A `redis-server` for one test only, which is stopped when the test ends.

use std::{
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use redis::{Client, aio::MultiplexedConnection};
use uuid::Uuid;

use crate::deadline::until;

/// Kills the server as a crash would, once the pipe to the test process closes, however that process ends.
const KILLED_WITH_THE_TESTS: &str = r#"redis-server "$@" & read -r _; kill -9 $!; wait"#;

/// A running server: its process, port and folder.
pub(crate) struct PrivateRedis {
    port: u16,
    folder: PathBuf,
    shell: Child,
}

impl PrivateRedis {
    /// Starts an empty server and waits until it accepts connections.
    pub(crate) async fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("watertight-cache-{}", Uuid::new_v4()));
        std::fs::create_dir(&folder).expect("a folder of our own");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("its number").port();
        drop(listener);
        let redis = Self { port, shell: spawn(port, &folder), folder };
        redis.wait_until_ready().await;
        redis
    }

    /// The URL of one of its databases.
    pub(crate) fn url(&self, database: u8) -> String {
        format!("redis://127.0.0.1:{}/{database}", self.port)
    }

    /// A connection to one of its databases.
    pub(crate) async fn open(&self, database: u8) -> MultiplexedConnection {
        let client = Client::open(self.url(database)).expect("a URL");
        client.get_multiplexed_async_connection().await.expect("Redis answers")
    }

    /// Runs a command that has no arguments.
    pub(crate) async fn run(&self, command: &str) {
        let mut redis = self.open(0).await;
        redis::cmd(command).query_async::<()>(&mut redis).await.expect("Redis does that");
    }

    /// Kills the server and starts it with its last snapshot, or empty, like a failover to a replica that was behind.
    pub(crate) async fn fail_over(&mut self, keep_what_was_saved: bool) {
        self.stop();
        if !keep_what_was_saved {
            let _was_never_saved = std::fs::remove_file(self.folder.join("dump.rdb"));
        }
        self.shell = spawn(self.port, &self.folder);
        self.wait_until_ready().await;
    }

    /// Kills the server without starting it again.
    pub(crate) fn stop(&mut self) {
        drop(self.shell.stdin.take());
        self.shell.wait().expect("the shell ends");
    }

    async fn wait_until_ready(&self) {
        let client = Client::open(self.url(0)).expect("a URL");
        until("redis-server to answer", async || {
            let mut redis = client.get_multiplexed_async_connection().await.ok()?;
            redis::cmd("PING").query_async::<()>(&mut redis).await.ok()
        })
        .await;
    }
}

impl Drop for PrivateRedis {
    fn drop(&mut self) {
        self.stop();
        let _left_behind = std::fs::remove_dir_all(&self.folder);
    }
}

fn spawn(port: u16, folder: &Path) -> Child {
    let port = port.to_string();
    let options =
        ["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir"];
    Command::new("sh")
        .args(["-c", KILLED_WITH_THE_TESTS, "redis"])
        .args(options)
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("`sh` runs")
}
