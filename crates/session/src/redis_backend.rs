//! The Redis back end, the default: one hash per session, which expires in Redis (row S1).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::TenantId;
use futures_util::{FutureExt, future::BoxFuture};
use lab::Faults;
use redis::{RedisError, RedisResult, pipe};

use crate::{
    SessionDigest,
    backend::{Backend, Error, Fields, Owner, PendingRecord, Stored},
    generation::{self, Generation, Marker, MarkerReply},
    id::RecordKey,
    pipeline::{RedisPipeline, Replies, command},
    record::NAMES,
    redis_link::RedisLink,
    replay::Replay,
    revocation::{Revocation, Subject},
    token_revocation::{
        KEPT, PendingRevocations, TokenOrigin, TokenRevocations, account_key, sign_in_key,
    },
};

/// The least time that an account's index is kept after its last session began or was extended. No idle time is longer.
const INDEX_KEPT: Duration = Duration::from_hours(24);

/// The reply of `PTTL` for a key that does not exist.
const NO_KEY: i64 = -2;

/// Writes the record `KEYS[1]` and adds it to the index `KEYS[2]` of its owner. If the owner then has more than `ARGV[7]` sessions, ends those that began
/// first, and returns their digests. `ARGV[1]` is the prefix of record keys, `ARGV[2]` the digest, `ARGV[3]` the current time, `ARGV[4]` the time when the
/// record expires if it is not extended; `ARGV[5]` and `ARGV[6]` are the lifetimes of record and index in milliseconds. The names and values of the fields
/// follow.
///
/// One script, so that no record exists without its expiry or outside its owner's index. The script also removes expired sessions from the index, which
/// therefore never holds more than `ARGV[7]`.
const CREATE: &str = "
redis.call('HSET', KEYS[1], unpack(ARGV, 8))
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[6])
local surplus = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[7])
local ended = {}
if surplus <= 0 then return ended end
local others = {}
for _, digest in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
    if digest ~= ARGV[2] then
        local begun = redis.pcall('HGET', ARGV[1] .. digest, 'signed_in_at')
        others[#others + 1] = {type(begun) == 'string' and tonumber(begun) or 0, digest}
    end
end
table.sort(others, function(a, b) return a[1] < b[1] or a[1] == b[1] and a[2] < b[2] end)
for n = 1, math.min(surplus, #others) do
    local digest = others[n][2]
    redis.call('DEL', ARGV[1] .. digest)
    redis.call('ZREM', KEYS[2], digest)
    ended[n] = digest
end
return ended";

/// Ends one session. `KEYS[1]` is its record, `ARGV[1]` the prefix of index keys, `ARGV[2]` the digest.
const END_ONE: &str = "
local account = redis.pcall('HGET', KEYS[1], 'account')
if type(account) == 'string' then redis.call('ZREM', ARGV[1] .. account, ARGV[2]) end
return redis.call('DEL', KEYS[1])";

/// Ends all sessions in the index `KEYS[1]` that began at `ARGV[2]` or before, and all unreadable ones; `ARGV[1]` is the prefix of record keys. `KEYS[2]` marks
/// tokens of sign-ins until then as revoked for `ARGV[3]` milliseconds. An earlier revocation does not move a later one back.
const END_ALL: &str = "
local denied = tonumber(redis.call('GET', KEYS[2]) or 0)
redis.call('SET', KEYS[2], string.format('%.0f', math.max(denied, tonumber(ARGV[2]))), 'PX', ARGV[3])
for _, digest in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    local key = ARGV[1] .. digest
    local begun = redis.pcall('HGET', key, 'signed_in_at')
    begun = type(begun) == 'string' and tonumber(begun) or 0
    if begun <= tonumber(ARGV[2]) then
        redis.call('DEL', key)
        redis.call('ZREM', KEYS[1], digest)
    end
end";

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
}

impl Backend for RedisBackend {
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        owner: Owner,
        fields: Fields,
        keep: Duration,
        most: u16,
    ) -> BoxFuture<'a, Result<Vec<SessionDigest>, Error>> {
        async move {
            let (index, now) = (owner_key(owner), now());
            let mut create = redis::cmd("EVAL");
            create.arg(CREATE).arg(2).arg(key.as_str()).arg(&index);
            create.arg(key.before_digest()).arg(key.digest());
            create.arg(now).arg(now.saturating_add(millis(keep)));
            create.arg(millis(keep)).arg(millis(keep.max(INDEX_KEPT))).arg(most);
            for (name, value) in NAMES.into_iter().zip(fields) {
                if let Some(value) = value {
                    create.arg(name).arg(value);
                }
            }
            let connection = &mut self.link.connection_for(owner.tenant);
            let ended: Vec<String> = create.query_async(connection).await.map_err(unavailable)?;
            Ok(ended.iter().filter_map(|digest| digest.parse().ok()).collect())
        }
        .boxed()
    }

    /// The same pipeline reads the generation marker, so both replies come from the same Redis process.
    fn ask(&self, trip: &mut RedisPipeline, key: &RecordKey) -> Result<PendingRecord, Error> {
        let marker = self.generation.marker().ok_or(Error::NotReplayed)?;
        let asked = trip.ask(|pipeline| {
            let key = key.as_str();
            pipeline
                .add_command(command(["HMGET", key].into_iter().chain(NAMES)))
                .add_command(command(["PTTL", key]));
            marker.asked(pipeline);
        });
        Ok(PendingRecord::Sent(asked, marker))
    }

    fn answer(
        &self,
        question: PendingRecord,
        replies: &mut Replies,
    ) -> Result<Option<Stored>, Error> {
        let (asked, marker) = match question {
            PendingRecord::Sent(asked, marker) => (asked, marker),
            PendingRecord::Answered(found) => return Ok(found),
        };
        let (fields, left, key, script) = replies.take(asked).map_err(unavailable)?;
        let (fields, marker_reply): (RedisResult<Fields>, MarkerReply) = (fields, (key, script));
        if !marker.matches(&marker_reply) {
            self.generation.leave(&marker);
            return Err(Error::NotReplayed);
        }
        let left = match left {
            NO_KEY => return Ok(None),
            left => u64::try_from(left).ok().map(Duration::from_millis),
        };
        match fields {
            Ok(fields) => Ok(Some(Stored { fields, left })),
            // The key holds another type than a hash: an unreadable record, not an unavailable store.
            Err(error) if error.code() == Some("WRONGTYPE") => {
                Ok(Some(Stored { fields: Fields::default(), left }))
            }
            Err(error) => Err(unavailable(error)),
        }
    }

    fn read<'a>(
        &'a self,
        tenant: TenantId,
        key: &'a RecordKey,
    ) -> BoxFuture<'a, Result<Option<Stored>, Error>> {
        async move {
            let mut trip = RedisPipeline::over(&self.link, tenant);
            let question = self.ask(&mut trip, key)?;
            self.answer(question, &mut trip.send().await?)
        }
        .boxed()
    }

    fn ask_revocations(
        &self,
        trip: &mut RedisPipeline,
        sign_in: &TokenOrigin,
    ) -> Result<PendingRevocations, Error> {
        let marker = self.generation.marker().ok_or(Error::NotReplayed)?;
        let TokenOrigin { tenant, account, origin, .. } = *sign_in;
        let asked = trip.ask(|pipeline| {
            // `MGET` must return two values. Without a sign-in id, the first one is not used.
            let all = account_key(tenant, account);
            let one = origin.map_or_else(|| all.clone(), |origin| sign_in_key(tenant, origin));
            let keys = [one, all];
            marker.asked(pipeline.cmd("MGET").arg(&keys));
        });
        Ok(PendingRevocations::Sent(asked, marker))
    }

    fn answer_denial(
        &self,
        asking: PendingRevocations,
        replies: &mut Replies,
    ) -> Result<TokenRevocations, Error> {
        let (asked, marker) = match asking {
            PendingRevocations::Sent(asked, marker) => (asked, marker),
            PendingRevocations::Answered(denied) => return Ok(denied),
        };
        let (found, key, script) = replies.take(asked).map_err(unavailable)?;
        let ((sign_in, until), marker_reply): ((Option<i64>, Option<i64>), MarkerReply) =
            (found, (key, script));
        if !marker.matches(&marker_reply) {
            self.generation.leave(&marker);
            return Err(Error::NotReplayed);
        }
        Ok(TokenRevocations { sign_in: sign_in.is_some(), until })
    }

    fn extend<'a>(
        &'a self,
        key: &'a RecordKey,
        owner: Owner,
        keep: Duration,
    ) -> BoxFuture<'a, Result<(), Error>> {
        async move {
            let index = owner_key(owner);
            // `PEXPIRE` ignores a missing key and `ZADD XX` a missing member, so a signed-out session stays ended.
            pipe()
                .atomic()
                .pexpire(key.as_str(), millis(keep))
                .ignore()
                .cmd("ZADD")
                .arg(&index)
                .arg("XX")
                .arg(now().saturating_add(millis(keep)))
                .arg(key.digest())
                .ignore()
                .pexpire(&index, millis(keep.max(INDEX_KEPT)))
                .ignore()
                .query_async(&mut self.link.connection_for(owner.tenant))
                .await
                .map_err(unavailable)
        }
        .boxed()
    }

    fn revoke<'a>(
        &'a self,
        revocation: &'a Revocation,
        prefix: &'a str,
    ) -> BoxFuture<'a, Result<Option<String>, Error>> {
        async move {
            let mut pipeline = pipe();
            pipeline.add_command(command_of(revocation, prefix)).ignore();
            let (generation,) = pipeline
                .get(generation::KEY)
                .query_async(&mut self.link.connection_for(revocation.tenant))
                .await
                .map_err(unavailable)?;
            Ok(generation)
        }
        .boxed()
    }

    fn begin_replay(&self, faults: Faults) -> BoxFuture<'_, Result<Option<Replay>, Error>> {
        async move {
            if self.generation.marker().is_some() {
                return Ok(None);
            }
            let connection = self.link.single_use_connection().await.map_err(unavailable)?;
            Replay::begin(connection, self.generation.clone(), faults).await
        }
        .boxed()
    }

    fn generation(&self) -> Option<String> {
        self.generation.marker().map(Marker::into_text)
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), Error>> {
        async move {
            let answer: Result<(), RedisError> =
                redis::cmd("PING").query_async(&mut self.link.connection()).await;
            answer.map_err(unavailable)?;
            self.generation.marker().map(|_| ()).ok_or(Error::NotReplayed)
        }
        .boxed()
    }
}

/// The command that carries out a revocation. Where it deletes records it is a script, so that records and index change together.
pub(crate) fn command_of(revocation: &Revocation, prefix: &str) -> redis::Cmd {
    let Revocation { tenant, subject, revoked_at } = revocation;
    let mut command = redis::cmd("EVAL");
    match subject {
        Subject::Session(digest) => {
            let owners = format!("a:{{{tenant}}}:");
            let key = RecordKey::of(prefix, digest);
            command.arg(END_ONE).arg(1).arg(key.as_str()).arg(owners).arg(digest.as_str());
        }
        Subject::Account(account) => {
            let index = owner_key(Owner { tenant: *tenant, account: *account });
            let begun = revoked_at.timestamp_millis();
            let token_revocation = account_key(*tenant, *account);
            command.arg(END_ALL).arg(2).arg(index).arg(token_revocation).arg(prefix).arg(begun);
            command.arg(millis(KEPT));
        }
        Subject::Tokens(origin) => {
            command = redis::cmd("SET");
            let begun = revoked_at.timestamp_millis();
            command.arg(sign_in_key(*tenant, *origin)).arg(begun).arg("PX").arg(millis(KEPT));
        }
    }
    command
}

/// The key of an account's index.
fn owner_key(Owner { tenant, account }: Owner) -> String {
    format!("a:{{{tenant}}}:{account}")
}

/// The current time in milliseconds since 1970: the unit of the index's scores.
fn now() -> i64 {
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

pub(crate) fn unavailable(error: RedisError) -> Error {
    metrics::counter!("watertight_redis_errors_total", "role" => "session").increment(1);
    Error::Unavailable(Box::new(error))
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
