//! Session records in a store of single items: each account has one item that says which of its records are valid.

mod index;
mod item_store;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use domain::{AccountId, TenantId};
use futures_util::{FutureExt, future::BoxFuture};
use serde::{Deserialize, Serialize};
use share::{Bounds, Holder, MaxTurns, Places};
use tokio::runtime::Handle;
use uuid::Uuid;

pub use item_store::{Item, ItemStore};

use crate::{
    error::Error,
    id::{RecordKey, SessionDigest},
    record::{Fields, Owner, Stored},
    record_store::{MAX_REPLACED, NewRecord, RecordStore, Renewal, Which},
    round_trips::{NetworkStore, RoundTrips},
};
use index::{Entry, Index, Refused};

/// How often a change of an index is tried, because another change can come first. Each attempt that fails means that another change succeeded.
const ATTEMPTS: usize = 100;
/// How many operations of all tenants together may wait, besides those that use the store. The next one is refused.
const WAITING: usize = 256;

/// Session records in an [`ItemStore`].
///
/// An item for each record holds its fields and its account. It never changes. An item for each account, its index, lists the valid records, and every
/// operation is one change of the index by compare-and-swap. A record that is not in the index is not a session, so a record that was left behind, or an index
/// that the store has lost, signs nobody in. A lookup therefore takes two round trips, one after the other.
///
/// Times are those of the nodes' clocks.
pub struct IndexedRecords<S> {
    inner: Arc<Inner<S>>,
    runtime: Handle,
}

struct Inner<S> {
    items: S,
    places: Places,
    /// How long an operation waits for its turn.
    wait: Duration,
}

/// The content of the item of a record.
#[derive(Serialize, Deserialize)]
struct RecordItem {
    account: Uuid,
    fields: Fields,
}

impl<S: ItemStore> IndexedRecords<S> {
    /// Keeps records in `items`, with at most `at_once` operations at the same time. Operations run on `runtime`, also if the caller stops waiting. An operation
    /// waits for its turn no longer than `wait`, and each tenant has its share of the turns (row O7).
    pub fn new(items: S, at_once: usize, wait: Duration, runtime: Handle) -> Self {
        let bounds = Bounds { at_once, waiting: WAITING, max_turns: MaxTurns::Share };
        let places = Places::new("session_records", bounds);
        Self { inner: Arc::new(Inner { items, places, wait }), runtime }
    }

    /// Runs an operation to its end, even if the caller stops waiting for it. It begins at once.
    fn operation<T, F>(
        &self,
        holder: impl Into<Holder>,
        operation: impl FnOnce(Arc<Inner<S>>) -> F + Send + 'static,
    ) -> BoxFuture<'static, Result<T, Error>>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send,
    {
        let (inner, holder) = (Arc::clone(&self.inner), holder.into());
        let task = self.runtime.spawn(RoundTrips::of_subtask(async move {
            let place = inner.places.take(holder).map_err(unavailable)?;
            let _turn = place.turn_within(inner.wait).await.map_err(unavailable)?;
            operation(Arc::clone(&inner)).await
        }));
        async move { task.await.map_err(unavailable)? }.boxed()
    }
}

impl<S: ItemStore> RecordStore for IndexedRecords<S> {
    fn create(&self, record: NewRecord) -> BoxFuture<'static, Result<Vec<SessionDigest>, Error>> {
        self.operation(record.owner.tenant, |inner| async move { inner.create(record).await })
    }

    fn read(
        &self,
        tenant: TenantId,
        key: &RecordKey,
    ) -> BoxFuture<'static, Result<Option<Stored>, Error>> {
        let key = key.clone();
        self.operation(tenant, move |inner| async move { inner.read(tenant, &key).await })
    }

    fn list(&self, owner: Owner) -> BoxFuture<'static, Result<Vec<(String, Stored)>, Error>> {
        self.operation(owner.tenant, move |inner| async move { inner.list(owner).await })
    }

    fn mark_role(
        &self,
        owner: Owner,
        until: DateTime<Utc>,
    ) -> BoxFuture<'static, Result<(), Error>> {
        let until = until.timestamp_millis();
        self.operation(owner.tenant, move |inner| async move {
            let mark = |index: &mut Index, now: i64| Ok((index.mark_role(until, now), ()));
            inner.change(owner, mark).await
        })
    }

    fn renew(&self, renewal: Renewal) -> BoxFuture<'static, Result<bool, Error>> {
        self.operation(renewal.owner.tenant, |inner| async move { inner.renew(renewal).await })
    }

    fn extend(
        &self,
        owner: Owner,
        key: &RecordKey,
        ttl: Duration,
    ) -> BoxFuture<'static, Result<(), Error>> {
        let key = key.clone();
        self.operation(owner.tenant, move |inner| async move {
            let extend = |index: &mut Index, now: i64| {
                Ok((index.extend(key.as_str(), after(now, ttl), now), ()))
            };
            inner.change(owner, extend).await
        })
    }

    fn end(&self, which: Which) -> BoxFuture<'static, Result<(), Error>> {
        self.operation(which.tenant(), |inner| async move {
            match which {
                Which::One { tenant, key } => inner.end_one(tenant, &key, MAX_REPLACED).await,
                Which::OneNotReplaced { tenant, key } => inner.end_one(tenant, &key, 0).await,
                Which::OfAccount { owner, until } => inner.end_account(owner, until).await,
            }
        })
    }

    fn ping(&self) -> BoxFuture<'static, Result<(), Error>> {
        self.operation(Holder::Node, |inner| async move { inner.items().ping().await })
    }
}

impl<S: ItemStore> Inner<S> {
    /// The items, for one operation, which is one round trip.
    fn items(&self) -> &S {
        RoundTrips::note(NetworkStore::SessionRecords);
        &self.items
    }

    /// Writes the record's item first: until the index lists it, it is not a session.
    async fn create(&self, record: NewRecord) -> Result<Vec<SessionDigest>, Error> {
        let (began_at, expires_at) = (record.began_at(), record.expires_at());
        let NewRecord { key, owner, fields, ttl, most, replaces } = record;
        self.write_record(&key, owner, fields, expires_at, ttl).await?;
        let replaced = replaces.as_ref().map(RecordKey::as_str);
        let added = self.change(owner, |index, now| {
            let idle_until = after(now, ttl);
            let entry = Entry::new(key.as_str().to_owned(), began_at, idle_until);
            index.add(entry, replaced, most, now).map(|ended| (true, ended))
        });
        let added = added.await;
        if let Err(Error::Revoked) = &added {
            self.discard(&[key.as_str().to_owned()]).await;
        }
        let ended = added?;
        self.discard(&ended).await;
        if let Some(replaced) = replaced {
            self.discard(&[replaced.to_owned()]).await;
        }
        // An index that lists the key of another tenant was not written by this program.
        let digest = |ended: String| {
            key.digest_of_sibling(&ended).ok_or_else(|| Error::UnexpectedReply(Box::new(Damaged)))
        };
        ended.into_iter().map(digest).collect()
    }

    /// Continues a record under another key. The old record's item stays, because its id is accepted for some seconds more.
    async fn renew(&self, renewal: Renewal) -> Result<bool, Error> {
        let (began_at, expires_at) = (renewal.began_at(), renewal.expires_at());
        let Renewal { key, owner, fields, ttl, replaces, marked_at, kept } = renewal;
        let renew = |index: &mut Index, now: i64| {
            let entry = Entry::new(key.as_str().to_owned(), began_at, after(now, ttl));
            let kept_until = after(now, kept);
            index.renew(entry, key.digest(), replaces.as_str(), marked_at, kept_until, now)
        };
        // Most requests that come too late write nothing.
        if !renew(&mut self.index(owner).await?.0, Utc::now().timestamp_millis()) {
            return Ok(false);
        }
        self.write_record(&key, owner, fields, expires_at, ttl).await?;
        let changed = self.change(owner, |index, now| {
            let renewed = renew(index, now);
            Ok((renewed, renewed))
        });
        let renewed = changed.await?;
        if !renewed {
            self.discard(&[key.as_str().to_owned()]).await;
        }
        Ok(renewed)
    }

    /// Writes the item of a record, which lives as long as the record could be extended. The index does not list it yet.
    async fn write_record(
        &self,
        key: &RecordKey,
        owner: Owner,
        fields: Fields,
        expires_at: DateTime<Utc>,
        ttl: Duration,
    ) -> Result<(), Error> {
        let lifetime = (expires_at - Utc::now()).to_std().unwrap_or_default().max(ttl);
        let item = RecordItem { account: owner.account.as_uuid(), fields };
        let item = postcard::to_stdvec(&item).map_err(unavailable)?;
        self.items().write(key.as_str(), &item, lifetime).await
    }

    async fn read(&self, tenant: TenantId, key: &RecordKey) -> Result<Option<Stored>, Error> {
        let Some((owner, fields)) = self.record(tenant, key.as_str()).await? else {
            return Ok(None);
        };
        let ((index, _), now) = (self.index(owner).await?, Utc::now().timestamp_millis());
        Ok(index.find(key.as_str(), now).map(|entry| stored(entry, fields, now)))
    }

    async fn list(&self, owner: Owner) -> Result<Vec<(String, Stored)>, Error> {
        let ((index, _), now) = (self.index(owner).await?, Utc::now().timestamp_millis());
        let mut listed = Vec::new();
        for entry in index.valid(now) {
            // The store may have lost the item of a valid record.
            if let Some((_, fields)) = self.record(owner.tenant, &entry.key).await? {
                listed.push((entry.key.clone(), stored(entry, fields, now)));
            }
        }
        Ok(listed)
    }

    /// Ends the record under this key, or the one that continues its session over at most `most` replacements. Without its item, it is not a session whatever the
    /// index says.
    async fn end_one(&self, tenant: TenantId, key: &RecordKey, most: usize) -> Result<(), Error> {
        let found = self.record(tenant, key.as_str()).await?;
        let Some((owner, _)) = found else { return Ok(()) };
        let ended = self.change(owner, |index, _| {
            let ended = index.end(key, most);
            Ok((ended.is_some(), ended))
        });
        self.discard(ended.await?.as_slice()).await;
        Ok(())
    }

    async fn end_account(&self, owner: Owner, until: DateTime<Utc>) -> Result<(), Error> {
        let until = until.timestamp_millis();
        let ended = self.change(owner, |index, now| Ok((true, index.revoke(until, now)))).await?;
        self.discard(&ended).await;
        Ok(())
    }

    /// Changes the index of an account. `change` gets the index and the time, and says whether it has changed it. It may be called several times.
    async fn change<T>(
        &self,
        owner: Owner,
        change: impl Fn(&mut Index, i64) -> Result<(bool, T), Refused>,
    ) -> Result<T, Error> {
        let key = owner.index_key();
        for _ in 0..ATTEMPTS {
            let (mut index, version) = self.index(owner).await?;
            let now = Utc::now().timestamp_millis();
            let (changed, result) = change(&mut index, now).map_err(|Refused| Error::Revoked)?;
            if !changed {
                return Ok(result);
            }
            let value = index.encode().map_err(unavailable)?;
            let lifetime = index.lifetime(now);
            if self.items().write_unchanged(&key, &value, lifetime, version.as_ref()).await? {
                return Ok(result);
            }
        }
        Err(Error::Unavailable(Box::new(Contended)))
    }

    /// The index of an account, and its version in the store. A missing index is empty. So is one that cannot be read: none of its records is a session.
    async fn index(&self, owner: Owner) -> Result<(Index, Option<S::Version>), Error> {
        let Some(Item { value, version }) = self.items().read(&owner.index_key()).await? else {
            return Ok((Index::default(), None));
        };
        let index = Index::decode(&value).unwrap_or_else(|| {
            tracing::warn!(tenant = %owner.tenant, account = %owner.account, "session.index.unreadable");
            Index::default()
        });
        Ok((index, Some(version)))
    }

    /// The owner and the fields of a record; `None` if there is no item for it that can be read.
    async fn record(&self, tenant: TenantId, key: &str) -> Result<Option<(Owner, Fields)>, Error> {
        let Some(Item { value, .. }) = self.items().read(key).await? else { return Ok(None) };
        let Ok(RecordItem { account, fields }) = postcard::from_bytes(&value) else {
            tracing::warn!(%tenant, "session.record.unreadable");
            return Ok(None);
        };
        Ok(Some((Owner { tenant, account: AccountId::from_uuid(account) }, fields)))
    }

    /// Deletes the items of records that are no sessions any more. If that fails, the store deletes them at the end of their lifetime.
    async fn discard(&self, keys: &[String]) {
        for key in keys {
            if let Err(failed) = self.items().delete(key).await {
                let error: &dyn std::error::Error = &failed;
                tracing::warn!(error, "session.record.not_deleted");
            }
        }
    }
}

/// A record as it was stored, with what the index says about it.
fn stored(entry: &Entry, fields: Fields, now: i64) -> Stored {
    Stored { fields, left: Some(entry.left(now)), marks: entry.marks() }
}

/// The index of an account was changed by others each time.
#[derive(Debug, thiserror::Error)]
#[error("the account's sessions change too often")]
struct Contended;

/// An index lists a key that no record of its tenant has.
#[derive(Debug, thiserror::Error)]
#[error("the index of an account lists a key of another tenant")]
struct Damaged;

fn after(now: i64, ttl: Duration) -> i64 {
    now.saturating_add(i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX))
}

fn unavailable(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Unavailable(Box::new(cause))
}
