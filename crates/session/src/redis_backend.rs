//! The Redis back end, the default: one hash per session, which expires in Redis (row S1).

use std::time::Duration;

use domain::TenantId;
use futures_util::{FutureExt, future::BoxFuture};
use lab::Faults;
use redis::{FromRedisValue, Pipeline, RedisError, RedisResult};

use crate::{
    backend::{Backend, ReplayTarget},
    batch::{Pending, PendingRecord, ReadBatch},
    error::Error,
    generation::{self, Generation, Marker},
    id::{RecordKey, SessionDigest},
    record::{Fields, Owner, Stored},
    record_store::Renewal,
    redis_error::store_error,
    redis_link::RedisLink,
    redis_records::{self, ListReply},
    redis_replay::RedisReplay,
    redis_role,
    revocation::Revocation,
    token_revocation::{TokenOrigin, TokenRevocations},
};

/// Stores records as Redis hashes. Each account has an index: a sorted set of its sessions, scored by their expiry.
#[derive(Clone)]
pub struct RedisBackend {
    link: RedisLink,
    generation: Generation,
}

impl RedisBackend {
    /// Keeps sessions in the Redis of `link`, which must not evict keys (`maxmemory-policy noeviction`). All workers of a node share one `generation`.
    pub fn new(link: RedisLink, generation: Generation) -> Self {
        Self { link, generation }
    }

    /// Carries out a revocation for a command that reads no session and so has no keys to authenticate records. Otherwise like
    /// [`Sessions::revoke`](crate::Sessions::revoke).
    ///
    /// # Errors
    /// [`Error`] if Redis does not answer; the session may still be valid, and the caller must carry out the revocation later.
    pub async fn end(&self, revocation: &Revocation) -> Result<Option<String>, Error> {
        let prefix = RecordKey::prefix(revocation.tenant, &Faults::default());
        self.revoke(revocation, &prefix).await
    }

    /// Adds commands and the generation marker to the batch, so that both replies come from the same Redis process. `read` reads the replies to the commands;
    /// they are not used if that process has not replayed every revocation.
    fn ask<R: FromRedisValue, T>(
        &self,
        batch: &mut ReadBatch,
        commands: impl FnOnce(&mut Pipeline),
        read: impl FnOnce(R) -> Result<T, Error> + Send + 'static,
    ) -> Result<Pending<T>, Error> {
        let (generation, link) = (self.generation.clone(), self.link.clone());
        let marker = generation.marker().ok_or(Error::NotReplayed)?;
        let reply = batch.add(commands);
        let marker_reply = batch.add(|pipeline| marker.ask(pipeline));
        Ok(Pending::new(move |replies| {
            let reply_of_marker = replies.take(marker_reply).map_err(store_error)?;
            // It may be a former primary that still answers.
            generation.check(&marker, &reply_of_marker).inspect_err(|_| link.forget_primary())?;
            read(replies.take(reply).map_err(store_error)?)
        }))
    }
}

impl Backend for RedisBackend {
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        owner: Owner,
        fields: Fields,
        ttl: Duration,
        limit: u16,
        replaces: Option<&'a RecordKey>,
    ) -> BoxFuture<'a, Result<Vec<SessionDigest>, Error>> {
        async move {
            let create = redis_records::create(key, owner, fields, ttl, limit, replaces);
            let connection = &mut self.link.connection_for(owner.tenant);
            let ended: RedisResult<Vec<String>> = create.query_async(connection).await;
            let ended = ended.map_err(redis_records::not_created)?;
            redis_records::digests(&ended)
        }
        .boxed()
    }

    fn ask_record(
        &self,
        batch: &mut ReadBatch,
        _tenant: TenantId,
        key: &RecordKey,
    ) -> Result<PendingRecord, Error> {
        let commands = |pipeline: &mut Pipeline| redis_records::read(pipeline, key);
        self.ask(batch, commands, redis_records::stored).map(PendingRecord::InBatch)
    }

    fn read_record<'a>(
        &'a self,
        tenant: TenantId,
        key: &'a RecordKey,
    ) -> BoxFuture<'a, Result<Option<Stored>, Error>> {
        async move {
            let mut batch = ReadBatch::over(&self.link, tenant);
            let record = self.ask_record(&mut batch, tenant, key)?;
            record.read(&mut batch.send().await?).await
        }
        .boxed()
    }

    /// Reads the index and then the records in it. Both replies must come from a Redis that has replayed every revocation.
    fn list<'a>(
        &'a self,
        owner: Owner,
        prefix: &'a str,
    ) -> BoxFuture<'a, Result<Vec<(RecordKey, Stored)>, Error>> {
        async move {
            let mut batch = ReadBatch::over(&self.link, owner.tenant);
            let commands = |pipeline: &mut Pipeline| redis_records::list(pipeline, owner);
            let digests = |(reply,): ListReply| redis_records::digests(&reply);
            let digests = self.ask(&mut batch, commands, digests)?;
            let digests = digests.read(&mut batch.send().await?)?;
            let mut batch = ReadBatch::over(&self.link, owner.tenant);
            let mut pending = Vec::with_capacity(digests.len());
            for digest in &digests {
                let key = RecordKey::of(prefix, digest);
                let record = self.ask_record(&mut batch, owner.tenant, &key)?;
                pending.push((key, record));
            }
            let mut replies = batch.send().await?;
            let mut found = Vec::with_capacity(pending.len());
            for (key, record) in pending {
                found.extend(record.read(&mut replies).await?.map(|stored| (key, stored)));
            }
            Ok(found)
        }
        .boxed()
    }

    fn ask_revocations(
        &self,
        batch: &mut ReadBatch,
        origin: &TokenOrigin,
    ) -> Result<Pending<TokenRevocations>, Error> {
        let commands = |pipeline: &mut Pipeline| redis_records::read_revocations(pipeline, origin);
        self.ask(batch, commands, |reply| Ok(redis_records::revocations(reply)))
    }

    fn renew(&self, renewal: Renewal) -> BoxFuture<'_, Result<bool, Error>> {
        async move {
            let connection = &mut self.link.connection_for(renewal.owner.tenant);
            redis_role::renew(renewal).query_async(connection).await.map_err(store_error)
        }
        .boxed()
    }

    fn extend<'a>(
        &'a self,
        key: &'a RecordKey,
        owner: Owner,
        ttl: Duration,
    ) -> BoxFuture<'a, Result<(), Error>> {
        async move {
            let extend = redis_records::extend(key, owner, ttl);
            let connection = &mut self.link.connection_for(owner.tenant);
            extend.query_async(connection).await.map_err(store_error)
        }
        .boxed()
    }

    fn revoke<'a>(
        &'a self,
        revocation: &'a Revocation,
        prefix: &'a str,
    ) -> BoxFuture<'a, Result<Option<String>, Error>> {
        async move {
            let mut pipeline = redis::pipe();
            pipeline.add_command(redis_records::revoke(revocation, prefix)).ignore();
            let (generation,) = pipeline
                .get(generation::KEY)
                .query_async(&mut self.link.connection_for(revocation.tenant))
                .await
                .map_err(store_error)?;
            Ok(generation)
        }
        .boxed()
    }

    fn begin_replay(&self) -> BoxFuture<'_, Result<Option<Box<dyn ReplayTarget>>, Error>> {
        async move {
            if self.generation.marker().is_some() {
                return Ok(None);
            }
            let connection = self.link.single_use_connection().await.map_err(store_error)?;
            let replay = RedisReplay::begin(connection, self.generation.clone()).await?;
            Ok(replay.map(|replay| Box::new(replay) as Box<dyn ReplayTarget>))
        }
        .boxed()
    }

    fn generation(&self) -> Option<String> {
        self.generation.marker().map(Marker::into_text)
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), Error>> {
        async move {
            let reply: Result<(), RedisError> =
                redis::cmd("PING").query_async(&mut self.link.connection()).await;
            reply.map_err(store_error)?;
            self.generation.marker().map(|_| ()).ok_or(Error::NotReplayed)
        }
        .boxed()
    }
}

#[cfg(test)]
#[path = "redis_backend_tests.rs"]
mod tests;
