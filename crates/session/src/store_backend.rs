//! The back end for session records outside of Redis. Revocations of tokens stay in Redis, which every node needs for its tenants' states anyway.

use std::{sync::Arc, time::Duration};

use domain::{AccountId, TenantId};
use futures_util::{FutureExt, future::BoxFuture};

use crate::{
    backend::{Backend, ReplayTarget},
    batch::{Pending, PendingRecord, ReadBatch},
    error::Error,
    id::{RecordKey, SessionDigest},
    record::{Fields, Owner, Stored},
    record_store::{NewRecord, RecordStore, Renewal, Which},
    revocation::{Revocation, Subject},
    token_revocation::{TokenOrigin, TokenRevocations},
};

/// Session records in a store of their own, and revocations of tokens in another.
pub(crate) struct StoreBackend {
    records: Arc<dyn RecordStore>,
    tokens: Arc<dyn Backend>,
}

impl StoreBackend {
    /// `tokens` keeps the revocations of tokens, and no session records.
    pub(crate) fn new(records: Arc<dyn RecordStore>, tokens: Arc<dyn Backend>) -> Self {
        Self { records, tokens }
    }

    /// Carries out a revocation in the records. Does nothing if it names only tokens.
    async fn change_records(&self, revocation: &Revocation, prefix: &str) -> Result<(), Error> {
        let Revocation { tenant, subject, revoked_at } = revocation;
        let (tenant, until) = (*tenant, *revoked_at);
        let owner = |account: &AccountId| Owner { tenant, account: *account };
        match subject {
            Subject::Session(digest) => {
                self.records.end(Which::One { tenant, key: RecordKey::of(prefix, digest) }).await
            }
            Subject::Replaced(digest) => {
                let key = RecordKey::of(prefix, digest);
                self.records.end(Which::OneNotReplaced { tenant, key }).await
            }
            Subject::Account(account) => {
                self.records.end(Which::OfAccount { owner: owner(account), until }).await
            }
            Subject::Role(account) => self.records.mark_role(owner(account), until).await,
            Subject::Tokens(_) => Ok(()),
        }
    }
}

impl Backend for StoreBackend {
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        owner: Owner,
        fields: Fields,
        ttl: Duration,
        limit: u16,
        replaces: Option<&'a RecordKey>,
    ) -> BoxFuture<'a, Result<Vec<SessionDigest>, Error>> {
        let (key, replaces) = (key.clone(), replaces.cloned());
        self.records.create(NewRecord { key, owner, fields, ttl, most: limit, replaces })
    }

    /// The lookup begins at once, so that it runs while Redis answers the batch.
    fn ask_record(
        &self,
        _: &mut ReadBatch,
        tenant: TenantId,
        key: &RecordKey,
    ) -> Result<PendingRecord, Error> {
        Ok(PendingRecord::Elsewhere(self.records.read(tenant, key)))
    }

    fn read_record<'a>(
        &'a self,
        tenant: TenantId,
        key: &'a RecordKey,
    ) -> BoxFuture<'a, Result<Option<Stored>, Error>> {
        self.records.read(tenant, key)
    }

    fn list<'a>(
        &'a self,
        owner: Owner,
        prefix: &'a str,
    ) -> BoxFuture<'a, Result<Vec<(RecordKey, Stored)>, Error>> {
        let listed = self.records.list(owner);
        async move {
            // A key without the prefix belongs to no session of the tenant.
            let key = |text: &str| text.strip_prefix(prefix)?.parse().ok();
            let with_key = |(text, stored): (String, Stored)| {
                Some((RecordKey::of(prefix, &key(&text)?), stored))
            };
            Ok(listed.await?.into_iter().filter_map(with_key).collect())
        }
        .boxed()
    }

    fn ask_revocations(
        &self,
        batch: &mut ReadBatch,
        origin: &TokenOrigin,
    ) -> Result<Pending<TokenRevocations>, Error> {
        self.tokens.ask_revocations(batch, origin)
    }

    fn renew(&self, renewal: Renewal) -> BoxFuture<'_, Result<bool, Error>> {
        self.records.renew(renewal)
    }

    fn extend<'a>(
        &'a self,
        key: &'a RecordKey,
        owner: Owner,
        ttl: Duration,
    ) -> BoxFuture<'a, Result<(), Error>> {
        self.records.extend(owner, key, ttl)
    }

    /// Tries both stores, so that an outage of one does not keep the revocation from the other. It counts as carried out only if both did it.
    fn revoke<'a>(
        &'a self,
        revocation: &'a Revocation,
        prefix: &'a str,
    ) -> BoxFuture<'a, Result<Option<String>, Error>> {
        async move {
            let changed = self.change_records(revocation, prefix).await;
            let generation = self.tokens.revoke(revocation, prefix).await?;
            changed.map(|()| generation.as_deref().map(of_both))
        }
        .boxed()
    }

    /// A replay goes to the store of the tokens only and does not return the name of [`Self::generation`], so that nodes carry out what it noted in the records
    /// too.
    fn begin_replay(&self) -> BoxFuture<'_, Result<Option<Box<dyn ReplayTarget>>, Error>> {
        self.tokens.begin_replay()
    }

    fn generation(&self) -> Option<String> {
        self.tokens.generation().as_deref().map(of_both)
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), Error>> {
        async move {
            self.records.ping().await?;
            self.tokens.ping().await
        }
        .boxed()
    }
}

/// The name under which a revocation is noted that both stores carried out. It differs from the name that a node with another session store notes, so each kind
/// of node carries out the recent revocations of the other.
fn of_both(generation: &str) -> String {
    format!("records:{generation}")
}
