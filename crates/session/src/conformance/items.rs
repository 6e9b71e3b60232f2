//! The checks of an [`ItemStore`].

use std::time::Duration;

use crate::indexed_records::ItemStore;

/// The key of the item that is written.
const KEY: &str = "k";
/// The lifetime of what is written.
const LIFETIME: Duration = Duration::from_mins(1);

/// S2: a write with a condition is refused if the item was changed, deleted or created since it was read.
///
/// # Panics
/// If the store fails the check or does not answer.
pub async fn a_changed_item_is_not_overwritten<S: ItemStore>(items: &S) {
    let write = async |value: &[u8], read: Option<&S::Version>| {
        items.write_unchanged(KEY, value, LIFETIME, read).await.expect("the store answers")
    };
    let read = async || items.read(KEY).await.expect("the store answers");
    assert!(write(b"1", None).await, "a new item");
    assert!(!write(b"2", None).await, "it exists");
    let first = read().await.expect("the item");
    assert_eq!(first.value, b"1");
    assert!(write(b"3", Some(&first.version)).await, "unchanged");
    assert!(!write(b"4", Some(&first.version)).await, "changed");
    let second = read().await.expect("the item");
    for _ in 0..2 {
        items.delete(KEY).await.expect("the store answers");
    }
    assert!(!write(b"5", Some(&second.version)).await, "deleted");
    assert!(read().await.is_none(), "deleted");
    assert!(write(b"6", None).await && !write(b"7", Some(&second.version)).await, "written anew");
}
