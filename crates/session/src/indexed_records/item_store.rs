//! The operations that a simple store of items must have to keep session records.

use std::time::Duration;

use crate::error::Error;

/// A store of named items that changes one item at a time, such as Memcached or DynamoDB. [`super::IndexedRecords`] keeps session records in one.
///
/// Every operation ends within a time limit of the implementation. An operation that fails may have been carried out.
pub trait ItemStore: Send + Sync + 'static {
    /// What one write left behind: no two writes of the same item have the same version, also if the item was deleted in between.
    type Version: Send + Sync;

    /// Reads an item. It may be returned although its lifetime is over.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer or sends an unexpected reply.
    fn read(
        &self,
        key: &str,
    ) -> impl Future<Output = Result<Option<Item<Self::Version>>, Error>> + Send;

    /// Writes an item, whether it exists or not.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer.
    fn write(
        &self,
        key: &str,
        value: &[u8],
        lifetime: Duration,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Writes an item if no other write has changed it since it was read: its version is still `read`, or the item still does not exist if `read` is `None`.
    /// Returns whether it was written.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer.
    fn write_unchanged(
        &self,
        key: &str,
        value: &[u8],
        lifetime: Duration,
        read: Option<&Self::Version>,
    ) -> impl Future<Output = Result<bool, Error>> + Send;

    /// Deletes an item. A missing item is not an error.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer.
    fn delete(&self, key: &str) -> impl Future<Output = Result<(), Error>> + Send;

    /// Checks that the store answers.
    ///
    /// # Errors
    /// [`Error`] if it does not.
    fn ping(&self) -> impl Future<Output = Result<(), Error>> + Send;
}

/// An item as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<V> {
    /// The bytes that were written.
    pub value: Vec<u8>,
    /// The version for [`ItemStore::write_unchanged`].
    pub version: V,
}
