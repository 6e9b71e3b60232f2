//! Sessions in the memory of this process: for tests, and for a single node that may lose its sessions.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use domain::TenantId;
use futures_util::{FutureExt, future::BoxFuture, future::ready};

use crate::{
    backend::{Backend, ReplayTarget},
    batch::{Pending, PendingRecord, ReadBatch},
    error::Error,
    id::{RecordKey, SessionDigest},
    record::{Fields, Marks, Owner, Record, Stored, began_at},
    record_store::{MAX_REPLACED, Renewal},
    revocation::{Revocation, Subject},
    token_revocation::{
        TOKEN_REVOCATION_TTL, TokenOrigin, TokenRevocations, account_key, sign_in_key,
    },
};

/// The name of the only generation: a process that restarts has no records that could come back.
const GENERATION: &str = "memory";

type Records = HashMap<RecordKey, Entry>;

/// Keeps records in a map. Clones share it. A restart loses all sessions.
#[derive(Clone, Default)]
pub struct MemoryBackend {
    records: Arc<Mutex<Records>>,
    token_revocations: Arc<Mutex<HashMap<String, TokenRevocation>>>,
}

struct Entry {
    fields: Fields,
    until: Instant,
    marks: Marks,
}

/// A revocation of tokens: sign-ins until `revoked_until`, in milliseconds since 1970, are revoked; the entry expires at `kept_until`.
#[derive(Clone, Copy)]
struct TokenRevocation {
    revoked_until: i64,
    kept_until: Instant,
}

impl MemoryBackend {
    fn token_revocations(&self) -> MutexGuard<'_, HashMap<String, TokenRevocation>> {
        self.token_revocations.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn revoke_tokens(&self, key: String, revoked_until: i64) {
        let (mut revocations, now) = (self.token_revocations(), Instant::now());
        revocations.retain(|_, revocation| revocation.kept_until > now);
        // An earlier revocation does not move a later one back.
        let known = revocations.get(&key).map_or(i64::MIN, |known| known.revoked_until);
        let revoked_until = revoked_until.max(known);
        revocations
            .insert(key, TokenRevocation { revoked_until, kept_until: now + TOKEN_REVOCATION_TTL });
    }

    /// The time of a revocation that is still kept, in milliseconds since 1970.
    fn revoked_until(&self, key: &str) -> Option<i64> {
        let revocations = self.token_revocations();
        let found = revocations.get(key).filter(|one| one.kept_until > Instant::now());
        found.map(|one| one.revoked_until)
    }

    fn revocations_of(&self, origin: &TokenOrigin) -> TokenRevocations {
        let TokenOrigin { tenant, account, origin, .. } = *origin;
        let revoked = |origin| self.revoked_until(&sign_in_key(tenant, origin)).is_some();
        TokenRevocations {
            sign_in: origin.is_some_and(revoked),
            until: self.revoked_until(&account_key(tenant, account)),
        }
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the records and returns the result as the future of a [`Backend`].
    fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Records) -> T,
    ) -> BoxFuture<'static, Result<T, Error>> {
        ready(Ok(change(&mut self.records()))).boxed()
    }

    pub(crate) fn find(&self, key: &RecordKey) -> Option<Stored> {
        let records = self.records();
        let kept = records.get(key)?;
        let left = kept.until.checked_duration_since(Instant::now())?;
        Some(Stored { fields: kept.fields.clone(), left: Some(left), marks: kept.marks.clone() })
    }
}

/// The owner's records that were not replaced, each with the time when its session began.
fn of_owner(records: &Records, owner: Owner) -> Vec<(DateTime<Utc>, RecordKey)> {
    let of_owner = records.iter().filter_map(|(key, kept)| {
        let record = Record::from_fields(&kept.fields)?;
        let is_listed = record.owner() == owner && kept.marks.replaced_by.is_none();
        is_listed.then(|| (record.signed_in_at, key.clone()))
    });
    of_owner.collect()
}

/// Removes the record that is to be replaced. Returns its mark of a changed role; an error if there is no such record, or if it was replaced before.
fn take_over(records: &mut Records, replaced: &RecordKey) -> Result<Option<i64>, Error> {
    let current = records.get(replaced).filter(|kept| kept.marks.replaced_by.is_none());
    let role_changed_at = current.ok_or(Error::Revoked)?.marks.role_changed_at;
    records.remove(replaced);
    Ok(role_changed_at)
}

/// Removes the record, or the one that continues its session over at most `most` replacements.
fn end_one(records: &mut Records, mut key: RecordKey, most: usize) {
    for _ in 0..=most {
        let next = records.get(&key).and_then(|kept| kept.marks.replaced_by.as_deref());
        let Some(next) = next.and_then(|next| next.parse().ok()) else {
            records.remove(&key);
            return;
        };
        key = key.sibling(&next);
    }
}

/// Marks the owner's records that began at `until` or before.
fn mark_role(records: &mut Records, owner: Owner, until: i64) {
    for (_, key) in of_owner(records, owner) {
        if let Some(kept) = records.get_mut(&key).filter(|kept| began_at(&kept.fields) <= until) {
            kept.marks.role_changed_at = kept.marks.role_changed_at.max(Some(until));
        }
    }
}

/// Continues a record as [`Backend::renew`] describes.
fn renew(records: &mut Records, renewal: Renewal) -> bool {
    let Renewal { key, fields, ttl, replaces, marked_at, kept: kept_for, .. } = renewal;
    let now = Instant::now();
    let expected = Marks { role_changed_at: Some(marked_at), replaced_by: None };
    let old = records.get_mut(&replaces).filter(|kept| kept.until > now && kept.marks == expected);
    let Some(old) = old else { return false };
    old.marks.replaced_by = Some(key.digest().to_owned());
    old.until = old.until.min(now + kept_for);
    records.insert(key, Entry { fields, until: now + ttl, marks: Marks::default() });
    true
}

impl Backend for MemoryBackend {
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        owner: Owner,
        fields: Fields,
        ttl: Duration,
        limit: u16,
        replaces: Option<&'a RecordKey>,
    ) -> BoxFuture<'a, Result<Vec<SessionDigest>, Error>> {
        let mut records = self.records();
        let revoked = self.revoked_until(&account_key(owner.tenant, owner.account));
        // A record to be replaced that still exists was not revoked.
        if replaces.is_none() && revoked.is_some_and(|until| began_at(&fields) <= until) {
            return ready(Err(Error::Revoked)).boxed();
        }
        let now = Instant::now();
        records.retain(|_, kept| kept.until > now);
        let role_changed_at = match replaces.map(|replaced| take_over(&mut records, replaced)) {
            Some(Err(error)) => return ready(Err(error)).boxed(),
            Some(Ok(role_changed_at)) => role_changed_at,
            None => None,
        };
        let mut others = of_owner(&records, owner);
        others.retain(|(_, other)| other != key);
        others.sort();
        // The new record counts, and is kept even if another one began later.
        let surplus = (others.len() + 1).saturating_sub(limit.into());
        let ended: Vec<RecordKey> =
            others.into_iter().take(surplus).map(|(_, other)| other).collect();
        for other in &ended {
            records.remove(other);
        }
        let marks = Marks { role_changed_at, replaced_by: None };
        records.insert(key.clone(), Entry { fields, until: now + ttl, marks });
        ready(Ok(ended.iter().map(RecordKey::to_digest).collect())).boxed()
    }

    /// The map answers at once, so nothing is added to the batch.
    fn ask_record(
        &self,
        _batch: &mut ReadBatch,
        _tenant: TenantId,
        key: &RecordKey,
    ) -> Result<PendingRecord, Error> {
        Ok(PendingRecord::InBatch(Pending::ready(self.find(key))))
    }

    fn read_record<'a>(
        &'a self,
        _: TenantId,
        key: &'a RecordKey,
    ) -> BoxFuture<'a, Result<Option<Stored>, Error>> {
        ready(Ok(self.find(key))).boxed()
    }

    fn list<'a>(
        &'a self,
        owner: Owner,
        _prefix: &'a str,
    ) -> BoxFuture<'a, Result<Vec<(RecordKey, Stored)>, Error>> {
        let keys = of_owner(&self.records(), owner);
        let stored = keys.into_iter().filter_map(|(_, key)| Some((key.clone(), self.find(&key)?)));
        ready(Ok(stored.collect())).boxed()
    }

    /// The map answers at once, so nothing is added to the batch.
    fn ask_revocations(
        &self,
        _batch: &mut ReadBatch,
        origin: &TokenOrigin,
    ) -> Result<Pending<TokenRevocations>, Error> {
        Ok(Pending::ready(self.revocations_of(origin)))
    }

    fn renew(&self, renewal: Renewal) -> BoxFuture<'_, Result<bool, Error>> {
        self.change(|records| renew(records, renewal))
    }

    fn extend<'a>(
        &'a self,
        key: &'a RecordKey,
        _owner: Owner,
        ttl: Duration,
    ) -> BoxFuture<'a, Result<(), Error>> {
        self.change(|records| {
            let now = Instant::now();
            let is_current =
                |kept: &&mut Entry| kept.until > now && kept.marks.replaced_by.is_none();
            if let Some(kept) = records.get_mut(key).filter(is_current) {
                kept.until = now + ttl;
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
        let until = revoked_at.timestamp_millis();
        let repeated = matches!(subject, Subject::Role(account)
            if self.revoked_until(&account_key(*tenant, *account)) == Some(until));
        match subject {
            Subject::Session(_) | Subject::Replaced(_) => {}
            Subject::Account(account) | Subject::Role(account) => {
                self.revoke_tokens(account_key(*tenant, *account), until);
            }
            Subject::Tokens(origin) => self.revoke_tokens(sign_in_key(*tenant, *origin), until),
        }
        self.change(|records| {
            match subject {
                Subject::Session(digest) => {
                    end_one(records, RecordKey::of(prefix, digest), MAX_REPLACED);
                }
                Subject::Replaced(digest) => end_one(records, RecordKey::of(prefix, digest), 0),
                Subject::Tokens(_) => {}
                Subject::Role(_) if repeated => {}
                Subject::Role(account) => {
                    mark_role(records, Owner { tenant: *tenant, account: *account }, until);
                }
                Subject::Account(account) => {
                    let owner = Owner { tenant: *tenant, account: *account };
                    records.retain(|_, kept| {
                        Record::from_fields(&kept.fields).is_none_or(|record| {
                            record.owner() != owner || record.signed_in_at > *revoked_at
                        })
                    });
                }
            }
            Some(GENERATION.to_owned())
        })
    }

    /// Nothing to replay: this back end cannot come back with old records.
    fn begin_replay(&self) -> BoxFuture<'_, Result<Option<Box<dyn ReplayTarget>>, Error>> {
        ready(Ok(None)).boxed()
    }

    fn generation(&self) -> Option<String> {
        Some(GENERATION.to_owned())
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), Error>> {
        ready(Ok(())).boxed()
    }
}
