//! Starts the product with a controlled environment. It inherits no variable of the test run.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::time::timeout;
use uuid::Uuid;

use super::{Server, log::Log};
use crate::{Postgres, binary, deadline::until, reaper, secrets};

/// The passwords of the database roles. They protect nothing, but must not appear in a log.
pub(crate) const PASSWORDS: [(&str, &str); 4] = [
    ("WATERTIGHT_OWNER_PASSWORD", "owner-of-the-tests"),
    ("WATERTIGHT_APP_PASSWORD", "app-of-the-tests"),
    ("WATERTIGHT_PLATFORM_PASSWORD", "platform-of-the-tests"),
    ("WATERTIGHT_SESSION_PASSWORD", "session-of-the-tests"),
];

/// The root key of this run. Apart from its padding it is one word, so that logs can be searched for it.
static ROOT_KEY: LazyLock<String> = LazyLock::new(|| {
    let key = fresh_root_key();
    secrets::remember(key.trim_end_matches('='));
    key
});

/// A new root key, different from that of the run.
pub fn fresh_root_key() -> String {
    let keys = std::iter::repeat_with(|| {
        STANDARD.encode([Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()].concat())
    });
    keys.into_iter().find(|key| !key.contains(['+', '/'])).expect("one of them is a single word")
}

/// The environment of a `watertight` process. Change it if needed, then call [`ServerConfig::start`] or [`ServerConfig::run`].
#[derive(Clone, Debug)]
pub struct ServerConfig {
    environment: BTreeMap<String, String>,
    public_port: u16,
    binary: fn() -> &'static Path,
}

/// The result of a command that has ended.
#[derive(Debug)]
pub struct Finished {
    /// The exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// The standard output.
    pub stdout: String,
    /// The standard error.
    pub stderr: String,
}

impl ServerConfig {
    /// An environment with these variables. By default the product listens on a free port, and its public URL is `http://localhost:8080`.
    pub fn of<'a>(environment: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let public_port = 8080;
        let config = Self { environment: BTreeMap::new(), public_port, binary: binary::watertight }
            .with("WATERTIGHT_LISTEN", "127.0.0.1:0")
            .with("WATERTIGHT_METRICS_LISTEN", "127.0.0.1:0")
            .with("WATERTIGHT_PUBLIC_URL", &format!("http://localhost:{public_port}"))
            .with("WATERTIGHT_WORKERS", "2");
        environment.into_iter().fold(config, |config, (name, value)| config.with(name, value))
    }

    /// An environment with the stores and passwords of the tests.
    pub fn new(postgres: &Postgres, redis_url: &str) -> Self {
        let database = format!("postgres://{}/watertight", postgres.address());
        let stores = [
            ("WATERTIGHT_DATABASE_URL", database.as_str()),
            ("REDIS_SESSION_URL", redis_url),
            ("REDIS_CACHE_URL", redis_url),
            ("WATERTIGHT_ROOT_KEY", ROOT_KEY.as_str()),
            // Test servers log almost everything, because every line is checked for the secrets of the run.
            ("WATERTIGHT_LOG", "debug,hyper=info,h2=info"),
            // The tests share two cores with the servers they start: the default of 200 ms would report a slow process as a Redis that is down.
            ("WATERTIGHT_REDIS_TIMEOUT_MS", "2000"),
        ];
        Self::of(stores.into_iter().chain(PASSWORDS))
    }

    /// The same with the product's own Redis timeout of 200 ms, for tests of what happens when Redis does not answer.
    #[must_use]
    pub fn with_the_default_redis_timeout(self) -> Self {
        self.without("WATERTIGHT_REDIS_TIMEOUT_MS")
    }

    /// The same with one more variable, or with another value for it.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        if is_secret(name) && value.len() >= secrets::SHORTEST {
            secrets::remember(value);
        }
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The value of a variable; empty if it is not set.
    pub fn value(&self, name: &str) -> &str {
        self.environment.get(name).map_or("", String::as_str)
    }

    /// The same without this variable.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.environment.remove(name);
        self
    }

    /// The same for the lab build, whose locks can be switched off.
    #[must_use]
    pub fn of_the_laboratory(mut self) -> Self {
        self.binary = binary::laboratory;
        self
    }

    /// The same with sessions in the memory of the process.
    #[must_use]
    pub fn with_sessions_in_memory(self) -> Self {
        self.with("WATERTIGHT_SESSION_STORE", "memory")
    }

    /// The same with sessions in PostgreSQL.
    #[must_use]
    pub fn with_sessions_in_postgres(self) -> Self {
        self.with("WATERTIGHT_SESSION_STORE", "postgres")
    }

    /// The same on this port, also in the public URL. For clients that always send the `Host` that they connect to.
    #[must_use]
    pub fn on_its_public_port(mut self, port: u16) -> Self {
        self.public_port = port;
        self.with("WATERTIGHT_LISTEN", &format!("127.0.0.1:{port}"))
            .with("WATERTIGHT_PUBLIC_URL", &format!("http://localhost:{port}"))
    }

    /// Starts `watertight serve` and waits until it accepts connections.
    ///
    /// # Panics
    /// With its log, if it ends before it listens.
    pub async fn start(&self) -> Server {
        let (child, said, log) = self.spawn(&["serve"]);
        let child = Mutex::new(child);
        let listening =
            until("`watertight serve` to listen", Duration::from_secs(30), async || {
                let ended = child.lock().expect("an unpoisoned lock").try_wait().expect("a child");
                assert!(
                    ended.is_none(),
                    "`watertight serve` ended with {ended:?}:\n{}",
                    log.text()
                );
                said.line_with("listening on http://")
            })
            .await;
        let address = address_in(&listening);
        // The metrics line is printed earlier, so it is there already if metrics are served.
        let metrics_address = said.line_with("metrics on http://").map(|line| address_in(&line));
        Server { address, public_port: self.public_port, metrics_address, child, log }
    }

    /// Runs a command and waits until it ends.
    ///
    /// # Panics
    /// If the command does not end within a minute.
    pub async fn run(&self, arguments: &[&str]) -> Finished {
        let (mut child, said, log) = self.spawn(arguments);
        let ended = async || child.try_wait().expect("a child");
        let ended = timeout(Duration::from_mins(1), until("an end", Duration::MAX, ended)).await;
        reaper::ended(child.id());
        let Ok(status) = ended else {
            let _gone = child.kill();
            panic!(
                "`watertight {}` does not end:\n{}\n{}",
                arguments.join(" "),
                said.text(),
                log.text()
            );
        };
        Finished { code: status.code(), stdout: said.read_to_end(), stderr: log.read_to_end() }
    }

    /// Creates the roles and the database that this environment names.
    pub async fn bootstrap(&self, postgres: &Postgres) {
        let superuser =
            self.clone().with("WATERTIGHT_SUPERUSER_URL", &postgres.superuser_url("postgres"));
        superuser.run(&["bootstrap"]).await.succeeded();
    }

    fn spawn(&self, arguments: &[&str]) -> (Child, Arc<Log>, Arc<Log>) {
        let mut command = Command::new((self.binary)());
        command.args(arguments).env_clear().envs(&self.environment);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("`watertight` runs");
        reaper::process(child.id());
        let said = child.stdout.take().expect("a pipe was asked for");
        // `client put` prints an application's secret once, for the operator who adds it.
        let said = if arguments.starts_with(&["client", "put"]) {
            Log::read_without_check(said)
        } else {
            Log::read(said)
        };
        let log = Log::read(child.stderr.take().expect("a pipe was asked for"));
        (child, said, log)
    }
}

/// Whether the variable's value is a secret that must not appear in logs, metrics, spans or replies.
fn is_secret(name: &str) -> bool {
    ["_PASSWORD", "_KEY", "_KEY_PREVIOUS"].iter().any(|end| name.ends_with(end))
}

/// The address in a line such as `listening on http://127.0.0.1:8080`.
fn address_in(line: &str) -> SocketAddr {
    let url = line.rsplit("http://").next().unwrap_or_default();
    url.split('/').next().unwrap_or_default().parse().expect("an address in the line")
}

impl Finished {
    /// Returns the standard output of a successful command.
    ///
    /// # Panics
    /// With the standard error, if the command failed.
    pub fn succeeded(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        self.stdout
    }
}
