//! The connections to one Memcached server. A connection runs one command at a time.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_memcached::{Client, Error};

use crate::command::{Command, Reply};

/// Unused connections, and where to open another one.
pub(crate) struct Connections {
    url: String,
    timeout: Duration,
    unused: Mutex<Vec<Client>>,
}

/// Why a command was not answered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Memcached cannot be reached, or answered with an error.
    #[error("Memcached does not answer or refuses a command")]
    Client(#[source] Error),
    /// The command took too long.
    #[error("Memcached did not answer within {0:?}")]
    TimedOut(Duration),
}

impl Connections {
    pub(crate) fn new(address: &str, timeout: Duration) -> Self {
        Self { url: format!("tcp://{address}"), timeout, unused: Mutex::default() }
    }

    /// Sends a command on an unused connection, or on a new one. A connection whose reply was not read to its end is closed.
    ///
    /// A connection that was unused for a while may be dead, for example because Memcached has restarted. Then the command is sent once more, so it may be
    /// carried out twice.
    pub(crate) async fn send(&self, command: &Command<'_>) -> Result<Reply, Failure> {
        match tokio::time::timeout(self.timeout, self.send_without_limit(command)).await {
            Ok(replied) => replied.map_err(Failure::Client),
            Err(_) => Err(Failure::TimedOut(self.timeout)),
        }
    }

    async fn send_without_limit(&self, command: &Command<'_>) -> Result<Reply, Error> {
        if let Some(mut client) = self.take_unused() {
            match command.send(&mut client).await {
                Err(error) if is_lost(&error) => self.unused().clear(),
                replied => return self.keep(client, replied),
            }
        }
        let mut client = Client::new(&self.url).await?;
        let replied = command.send(&mut client).await;
        self.keep(client, replied)
    }

    fn keep(&self, client: Client, replied: Result<Reply, Error>) -> Result<Reply, Error> {
        if replied.is_ok() && !client.is_closed() {
            self.unused().push(client);
        }
        replied
    }

    fn take_unused(&self) -> Option<Client> {
        self.unused().pop()
    }

    fn unused(&self) -> MutexGuard<'_, Vec<Client>> {
        self.unused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the connection is dead, so that another one may work.
fn is_lost(error: &Error) -> bool {
    matches!(error, Error::Io(_) | Error::ConnectionClosed)
}
