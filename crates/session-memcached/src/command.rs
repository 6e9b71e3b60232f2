//! The commands that are sent to Memcached, and what their replies mean.

use async_memcached::{Client, Error, MetaProtocol, MetaValue, Status};
use session::Item;

/// A command. Each may be repeated: what it writes does not depend on how often it is carried out.
pub(crate) enum Command<'a> {
    /// Reads an item with its version.
    Get(&'a str),
    /// Writes an item.
    Set {
        /// The key of the item.
        key: &'a str,
        /// The bytes to write.
        value: &'a [u8],
        /// The flag with the time to live, such as `T60`.
        expiry: String,
        /// The flag with the condition: `ME` adds an item that does not exist, `C7` replaces version 7.
        condition: Option<String>,
    },
    /// Deletes an item.
    Delete(&'a str),
    /// Asks for the version of the server.
    Version,
}

/// What a command achieved.
pub(crate) enum Reply {
    /// The item that was read, if there is one.
    Item(Option<Item<u64>>),
    /// The item was read without its value or its version.
    Incomplete,
    /// The command was carried out.
    Done,
    /// The item was not written: it was changed, deleted or evicted since it was read, or added although it was not there.
    Refused,
}

impl Command<'_> {
    pub(crate) async fn send(&self, client: &mut Client) -> Result<Reply, Error> {
        match self {
            Self::Get(key) => {
                let found = client.meta_get(key, false, None, Some(&["v", "c"])).await?;
                Ok(match found {
                    None => Reply::Item(None),
                    Some(MetaValue { data: Some(value), cas: Some(version), .. }) => {
                        Reply::Item(Some(Item { value, version }))
                    }
                    Some(_) => Reply::Incomplete,
                })
            }
            Self::Set { key, value, expiry, condition } => {
                let flags: Vec<&str> = [Some(expiry), condition.as_ref()]
                    .into_iter()
                    .flatten()
                    .map(String::as_str)
                    .collect();
                match client.meta_set(key, *value, false, None, Some(&flags)).await {
                    Ok(_) => Ok(Reply::Done),
                    Err(Error::Protocol(Status::Exists | Status::NotFound | Status::NotStored)) => {
                        Ok(Reply::Refused)
                    }
                    Err(error) => Err(error),
                }
            }
            Self::Delete(key) => match client.meta_delete(key, false, None, None).await {
                Ok(_) | Err(Error::Protocol(Status::NotFound)) => Ok(Reply::Done),
                Err(error) => Err(error),
            },
            Self::Version => client.version().await.map(|_| Reply::Done),
        }
    }
}
