//! Sessions in this process: for tests and for one node that may forget.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures_util::{FutureExt, future::BoxFuture, future::ready};

use crate::{
    backend::{Backend, Error, Fields, Owner, Stored},
    id::RecordKey,
    locks::Locks,
    record::Record,
    replay::Replay,
    revocation::{Revocation, Subject},
};

const ONLY_LIFE: &str = "memory";

/// Records in a map. Clones share it; a restart forgets everyone.
#[derive(Clone, Default)]
pub struct MemoryBackend(Arc<Mutex<HashMap<RecordKey, Kept>>>);

struct Kept {
    fields: Fields,
    until: Instant,
}

impl MemoryBackend {
    fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut HashMap<RecordKey, Kept>) -> T,
    ) -> BoxFuture<'static, Result<T, Error>> {
        let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ready(Ok(work(&mut records))).boxed()
    }
}

impl Backend for MemoryBackend {
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        _owner: Owner,
        fields: Fields,
        keep: Duration,
    ) -> BoxFuture<'a, Result<(), Error>> {
        self.with(|records| {
            let now = Instant::now();
            records.retain(|_, kept| kept.until > now);
            records.insert(key.clone(), Kept { fields, until: now + keep });
        })
    }

    fn read<'a>(&'a self, key: &'a RecordKey) -> BoxFuture<'a, Result<Option<Stored>, Error>> {
        self.with(|records| {
            let kept = records.get(key)?;
            let left = kept.until.checked_duration_since(Instant::now())?;
            Some(Stored { fields: kept.fields.clone(), left: Some(left) })
        })
    }

    fn extend<'a>(
        &'a self,
        key: &'a RecordKey,
        _owner: Owner,
        keep: Duration,
    ) -> BoxFuture<'a, Result<(), Error>> {
        self.with(|records| {
            if let Some(kept) = records.get_mut(key) {
                kept.until = Instant::now() + keep;
            }
        })
    }

    /// A map is its own index: all records are looked at.
    fn revoke<'a>(
        &'a self,
        revocation: &'a Revocation,
        prefix: &'a str,
    ) -> BoxFuture<'a, Result<Option<String>, Error>> {
        let Revocation { tenant, subject, revoked_at } = revocation;
        self.with(|records| {
            match subject {
                Subject::Session(digest) => {
                    records.remove(&RecordKey::of(prefix, digest));
                }
                Subject::Account(account) => records.retain(|_, kept| {
                    Record::from_fields(&kept.fields).is_none_or(|record| {
                        record.tenant != *tenant
                            || record.account != *account
                            || record.signed_in_at > *revoked_at
                    })
                }),
            }
            Some(ONLY_LIFE.to_owned())
        })
    }

    /// Its memory is its life: it cannot come back with old records.
    fn begin_replay(&self, _locks: Locks) -> BoxFuture<'_, Result<Option<Replay>, Error>> {
        ready(Ok(None)).boxed()
    }

    fn incarnation(&self) -> Option<String> {
        Some(ONLY_LIFE.to_owned())
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), Error>> {
        ready(Ok(())).boxed()
    }
}
