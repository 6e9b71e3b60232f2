//! Sessions in the memory of this process: for tests, and for a single node that may lose its sessions.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use domain::TenantId;
use futures_util::{FutureExt, future::BoxFuture, future::ready};
use lab::Faults;

use crate::{
    SessionDigest,
    backend::{Backend, Error, Fields, Owner, PendingRecord, Stored},
    id::RecordKey,
    pipeline::{RedisPipeline, Replies},
    record::Record,
    replay::Replay,
    revocation::{Revocation, Subject},
    token_revocation::{
        KEPT, PendingRevocations, TokenOrigin, TokenRevocations, account_key, sign_in_key,
    },
};

const ONLY_LIFE: &str = "memory";

/// Keeps records in a map. Clones share it. A restart loses all sessions.
#[derive(Clone, Default)]
pub struct MemoryBackend(Arc<Mutex<HashMap<RecordKey, Kept>>>, Arc<Mutex<HashMap<String, Denial>>>);

struct Kept {
    fields: Fields,
    until: Instant,
}

/// A revocation of tokens: sign-ins until `begun_by`, in milliseconds since 1970, are revoked; the entry expires at `kept`.
#[derive(Clone, Copy)]
struct Denial {
    begun_by: i64,
    kept: Instant,
}

impl MemoryBackend {
    fn denials(&self) -> MutexGuard<'_, HashMap<String, Denial>> {
        self.1.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn deny(&self, key: String, begun_by: i64) {
        let (mut denials, now) = (self.denials(), Instant::now());
        denials.retain(|_, token_revocation| token_revocation.kept > now);
        denials.insert(key, Denial { begun_by, kept: now + KEPT });
    }

    fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut HashMap<RecordKey, Kept>) -> T,
    ) -> BoxFuture<'static, Result<T, Error>> {
        ready(Ok(work(&mut self.records()))).boxed()
    }

    fn records(&self) -> MutexGuard<'_, HashMap<RecordKey, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn find(&self, key: &RecordKey) -> Option<Stored> {
        let records = self.records();
        let kept = records.get(key)?;
        let left = kept.until.checked_duration_since(Instant::now())?;
        Some(Stored { fields: kept.fields.clone(), left: Some(left) })
    }
}

/// The owner's records, each with the time when its session began.
fn of_owner(records: &HashMap<RecordKey, Kept>, owner: Owner) -> Vec<(DateTime<Utc>, RecordKey)> {
    let of_owner = records.iter().filter_map(|(key, kept)| {
        let record = Record::from_fields(&kept.fields)?;
        let whose = Owner { tenant: record.tenant, account: record.account };
        (whose == owner).then(|| (record.signed_in_at, key.clone()))
    });
    of_owner.collect()
}

impl Backend for MemoryBackend {
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        owner: Owner,
        fields: Fields,
        keep: Duration,
        most: u16,
    ) -> BoxFuture<'a, Result<Vec<SessionDigest>, Error>> {
        self.with(|records| {
            let now = Instant::now();
            records.retain(|_, kept| kept.until > now);
            let mut others = of_owner(records, owner);
            others.retain(|(_, other)| other != key);
            others.sort();
            // The new record counts, and is kept even if another one began later.
            let surplus = (others.len() + 1).saturating_sub(most.into());
            let ended: Vec<RecordKey> =
                others.into_iter().take(surplus).map(|(_, other)| other).collect();
            for other in &ended {
                records.remove(other);
            }
            records.insert(key.clone(), Kept { fields, until: now + keep });
            ended.iter().filter_map(|other| other.digest().parse().ok()).collect()
        })
    }

    /// The map answers at once, so nothing is added to the pipeline.
    fn ask(&self, _trip: &mut RedisPipeline, key: &RecordKey) -> Result<PendingRecord, Error> {
        Ok(PendingRecord::Answered(self.find(key)))
    }

    fn answer(
        &self,
        question: PendingRecord,
        _replies: &mut Replies,
    ) -> Result<Option<Stored>, Error> {
        match question {
            PendingRecord::Answered(found) => Ok(found),
            // Another back end sent this lookup; its reply says nothing about this map.
            PendingRecord::Sent(..) => Ok(None),
        }
    }

    fn read<'a>(
        &'a self,
        _: TenantId,
        key: &'a RecordKey,
    ) -> BoxFuture<'a, Result<Option<Stored>, Error>> {
        ready(Ok(self.find(key))).boxed()
    }

    fn ask_revocations(
        &self,
        _trip: &mut RedisPipeline,
        sign_in: &TokenOrigin,
    ) -> Result<PendingRevocations, Error> {
        let (denials, now) = (self.denials(), Instant::now());
        let find = |key: String| {
            denials.get(&key).filter(|token_revocation| token_revocation.kept > now).copied()
        };
        let TokenOrigin { tenant, account, origin, .. } = *sign_in;
        Ok(PendingRevocations::Answered(TokenRevocations {
            sign_in: origin.is_some_and(|origin| find(sign_in_key(tenant, origin)).is_some()),
            until: find(account_key(tenant, account))
                .map(|token_revocation| token_revocation.begun_by),
        }))
    }

    fn answer_denial(
        &self,
        asking: PendingRevocations,
        _replies: &mut Replies,
    ) -> Result<TokenRevocations, Error> {
        match asking {
            PendingRevocations::Answered(denied) => Ok(denied),
            // Another back end sent this check; its reply says nothing about this map.
            PendingRevocations::Sent(..) => Err(Error::NotReplayed),
        }
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

    /// A map needs no index: all records are searched.
    fn revoke<'a>(
        &'a self,
        revocation: &'a Revocation,
        prefix: &'a str,
    ) -> BoxFuture<'a, Result<Option<String>, Error>> {
        let Revocation { tenant, subject, revoked_at } = revocation;
        let begun_by = revoked_at.timestamp_millis();
        match subject {
            Subject::Session(_) => {}
            Subject::Account(account) => self.deny(account_key(*tenant, *account), begun_by),
            Subject::Tokens(origin) => self.deny(sign_in_key(*tenant, *origin), begun_by),
        }
        self.with(|records| {
            match subject {
                Subject::Session(digest) => {
                    records.remove(&RecordKey::of(prefix, digest));
                }
                Subject::Tokens(_) => {}
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

    /// Nothing to replay: this back end cannot come back with old records.
    fn begin_replay(&self, _faults: Faults) -> BoxFuture<'_, Result<Option<Replay>, Error>> {
        ready(Ok(None)).boxed()
    }

    fn generation(&self) -> Option<String> {
        Some(ONLY_LIFE.to_owned())
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), Error>> {
        ready(Ok(())).boxed()
    }
}
