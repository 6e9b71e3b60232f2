//! Session records in Memcached: the store that shows what is lost when a cache holds sessions (row S5).

mod command;
mod connections;

use std::time::Duration;

use async_memcached::{ErrorKind, Status};
use session::{Item, ItemStore};

use command::{Command, Reply};
use connections::{Connections, Failure};

/// The longest time to live in seconds. Memcached takes a larger number for a time since 1970.
const LONGEST_LIFETIME: u64 = 30 * 24 * 60 * 60;

/// The items of one Memcached server, over as many connections as are used at the same time. Needs Memcached 1.6, for the meta commands.
///
/// Memcached keeps items in memory only and evicts those that were not used when it is full. Both sign users out, and never sign in anyone.
pub struct Memcached {
    connections: Connections,
}

impl Memcached {
    /// The server at `address`, such as `localhost:11211`. Nothing is sent yet. A command that takes longer than `timeout` has failed.
    pub fn new(address: &str, timeout: Duration) -> Self {
        Self { connections: Connections::new(address, timeout) }
    }

    async fn send(&self, command: Command<'_>) -> Result<Reply, session::Error> {
        self.connections.send(&command).await.map_err(session_error)
    }

    /// Writes an item if the condition holds. Returns whether it was written.
    async fn set(
        &self,
        key: &str,
        value: &[u8],
        lifetime: Duration,
        condition: Option<String>,
    ) -> Result<bool, session::Error> {
        let set = Command::Set { key, value, expiry: expiry(lifetime), condition };
        self.send(set).await.map(|reply| matches!(reply, Reply::Done))
    }
}

impl ItemStore for Memcached {
    /// Memcached's own unique number of a write. A restarted server begins again, but has no record then that an older index could list.
    type Version = u64;

    async fn read(&self, key: &str) -> Result<Option<Item<u64>>, session::Error> {
        match self.send(Command::Get(key)).await? {
            Reply::Item(item) => Ok(item),
            _ => Err(session::Error::UnexpectedReply(Box::new(Incomplete))),
        }
    }

    async fn write(
        &self,
        key: &str,
        value: &[u8],
        lifetime: Duration,
    ) -> Result<(), session::Error> {
        self.set(key, value, lifetime, None).await.map(drop)
    }

    async fn write_unchanged(
        &self,
        key: &str,
        value: &[u8],
        lifetime: Duration,
        read: Option<&u64>,
    ) -> Result<bool, session::Error> {
        let condition = read.map_or_else(|| "ME".to_owned(), |version| format!("C{version}"));
        self.set(key, value, lifetime, Some(condition)).await
    }

    async fn delete(&self, key: &str) -> Result<(), session::Error> {
        self.send(Command::Delete(key)).await.map(drop)
    }

    async fn ping(&self) -> Result<(), session::Error> {
        self.send(Command::Version).await.map(drop)
    }
}

/// Memcached returned an item without its value or its version.
#[derive(Debug, thiserror::Error)]
#[error("Memcached returned an item without its value or its version")]
struct Incomplete;

/// The flag for a time to live: whole seconds, at least one, because zero means for ever.
fn expiry(lifetime: Duration) -> String {
    let seconds = lifetime.as_secs().saturating_add(u64::from(lifetime.subsec_nanos() > 0));
    format!("T{}", seconds.clamp(1, LONGEST_LIFETIME))
}

fn session_error(failure: Failure) -> session::Error {
    let unreadable = match &failure {
        Failure::Client(async_memcached::Error::ParseError(_)) => true,
        Failure::Client(async_memcached::Error::Protocol(Status::Error(kind))) => {
            matches!(kind, ErrorKind::Protocol(_))
        }
        _ => false,
    };
    if unreadable {
        session::Error::UnexpectedReply(Box::new(failure))
    } else {
        session::Error::Unavailable(Box::new(failure))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_whole_seconds_and_never_for_ever() {
        for (lifetime, flag) in [
            (Duration::ZERO, "T1"),
            (Duration::from_millis(1), "T1"),
            (Duration::from_millis(1_001), "T2"),
            (Duration::from_hours(24), "T86400"),
            (Duration::MAX, "T2592000"),
        ] {
            assert_eq!(expiry(lifetime), flag);
        }
    }
}
