//! An item as the attributes of DynamoDB.

use std::{collections::HashMap, time::Duration};

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use session::Item;
use uuid::Uuid;

/// The partition key: the key of the item.
pub(crate) const ID: &str = "id";
/// A text that no other write has.
pub(crate) const VERSION: &str = "version";
/// The end of the item's lifetime, in seconds since 1970: the attribute for the table's time to live.
pub(crate) const EXPIRES_AT: &str = "expires_at";
/// The bytes of the item.
const VALUE: &str = "value";

/// The attributes of a new item. `now` is in seconds since 1970.
pub(crate) fn attributes(
    key: &str,
    value: &[u8],
    lifetime: Duration,
    now: i64,
) -> HashMap<String, AttributeValue> {
    let seconds = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
    // A part of a second lives to its end.
    let expires_at = now.saturating_add(seconds).saturating_add(1);
    HashMap::from([
        (ID.to_owned(), AttributeValue::S(key.to_owned())),
        (VALUE.to_owned(), AttributeValue::B(Blob::new(value))),
        (VERSION.to_owned(), AttributeValue::S(Uuid::new_v4().simple().to_string())),
        (EXPIRES_AT.to_owned(), AttributeValue::N(expires_at.to_string())),
    ])
}

/// The version of an item; `None` if it has none.
pub(crate) fn version_of(attributes: &HashMap<String, AttributeValue>) -> Option<&String> {
    attributes.get(VERSION)?.as_s().ok()
}

/// The item with these attributes; `None` if its lifetime is over at `now`, in seconds since 1970.
///
/// # Errors
/// [`session::Error::UnexpectedReply`] if an attribute is missing or has another type.
pub(crate) fn item(
    mut attributes: HashMap<String, AttributeValue>,
    now: i64,
) -> Result<Option<Item<String>>, session::Error> {
    let unexpected = || session::Error::UnexpectedReply(Box::new(Incomplete));
    let expires_at = attributes.get(EXPIRES_AT).and_then(|attribute| attribute.as_n().ok());
    let expires_at: i64 = expires_at.and_then(|text| text.parse().ok()).ok_or_else(unexpected)?;
    if expires_at <= now {
        return Ok(None);
    }
    let value = attributes.remove(VALUE);
    let (Some(AttributeValue::B(value)), Some(version)) = (value, version_of(&attributes)) else {
        return Err(unexpected());
    };
    Ok(Some(Item { value: value.into_inner(), version: version.clone() }))
}

/// An item in the table lacks an attribute that this crate writes.
#[derive(Debug, thiserror::Error)]
#[error("an item has no `{VALUE}`, `{VERSION}` or `{EXPIRES_AT}`, or one of another type")]
struct Incomplete;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000;

    fn stored() -> HashMap<String, AttributeValue> {
        attributes("k", b"\x00\xff", Duration::from_millis(1_500), NOW)
    }

    #[test]
    fn an_item_round_trips() {
        let item = item(stored(), NOW).unwrap().unwrap();
        assert_eq!(item.value, b"\x00\xff");
        assert_ne!(version_of(&stored()), Some(&item.version), "each write has its own version");
    }

    /// S6: an item whose lifetime is over is not there, although DynamoDB still returns it.
    #[test]
    fn an_expired_item_is_not_there() {
        assert!(item(stored(), NOW + 1).unwrap().is_some());
        assert_eq!(item(stored(), NOW + 2).unwrap(), None);
        let for_ever = attributes("k", b"", Duration::MAX, NOW);
        assert!(item(for_ever, i64::MAX - 1).unwrap().is_some());
    }

    /// S7: an item that this crate did not write is an error, and not a missing one.
    #[test]
    fn an_incomplete_item_is_an_error() {
        for name in [VALUE, VERSION, EXPIRES_AT] {
            for wrong in [None, Some(AttributeValue::Bool(true))] {
                let mut damaged = stored();
                damaged.remove(name);
                damaged.extend(wrong.map(|wrong| (name.to_owned(), wrong)));
                let read = item(damaged, NOW);
                assert!(matches!(read, Err(session::Error::UnexpectedReply(_))), "{name}");
            }
        }
    }
}
