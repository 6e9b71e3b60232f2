//! Sessions in Redis, the default: a hash per session that goes away by itself (row S1).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::TenantId;
use futures_util::{FutureExt, future::BoxFuture};
use redis::{RedisError, RedisResult, pipe};

use crate::{
    SessionDigest,
    backend::{Backend, Error, Fields, Owner, Question, Stored},
    denial::{Asking, Denied, KEPT, SignInOf, account_key, sign_in_key},
    id::RecordKey,
    incarnation::{self, Incarnation, Mark, Marked},
    locks::Locks,
    record::NAMES,
    redis_link::RedisLink,
    replay::Replay,
    revocation::{Revocation, Subject},
    round_trip::{Replies, RoundTrip, command},
};

/// How long an account's set is kept after its last session began or was extended, at least: no session is idle for longer.
const INDEX_KEPT: Duration = Duration::from_hours(24);

/// What `PTTL` says of a key that is not there.
const NO_KEY: i64 = -2;

/// Writes the record `KEYS[1]` of the owner `KEYS[2]`, and ends the owner's sessions that began first if there are more than `ARGV[7]`. Returns the digests
/// of those it ended. `ARGV[1]` is what the keys of records begin with, `ARGV[2]` the digest, `ARGV[3]` now, `ARGV[4]` when the record expires if it is not
/// extended, `ARGV[5]` and `ARGV[6]` for how many milliseconds record and owner are kept; names and values of the fields follow.
///
/// One script: a record without its expiry, or one that its owner does not list, must not exist for a moment. Sessions that have expired leave the owner's
/// set here, so it is never longer than `ARGV[7]`.
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

/// Ends one session. `KEYS[1]` is its record, `ARGV[1]` what an owner's key begins with, `ARGV[2]` the digest.
const END_ONE: &str = "
local account = redis.pcall('HGET', KEYS[1], 'account')
if type(account) == 'string' then redis.call('ZREM', ARGV[1] .. account, ARGV[2]) end
return redis.call('DEL', KEYS[1])";

/// Ends all sessions of the owner `KEYS[1]` that began at `ARGV[2]` or before, and those that cannot be read; `ARGV[1]` is what their keys begin with.
/// Tokens of sign-ins until then are denied by `KEYS[2]`, for `ARGV[3]` milliseconds; a later denial is not taken back by an earlier one.
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

/// Records as Redis hashes; beside them, for each account, a sorted set of its sessions by when they go away.
#[derive(Clone)]
pub struct RedisBackend {
    link: RedisLink,
    incarnation: Incarnation,
}

impl RedisBackend {
    /// Keeps sessions in the Redis at the other end of the link, which must not evict (`maxmemory-policy noeviction`).
    /// All workers of a node share what is known of its present life.
    pub fn new(link: RedisLink, incarnation: Incarnation) -> Self {
        Self { link, incarnation }
    }

    /// Ends what the revocation names, for a command that reads no session and so needs no key of the records. As [`Sessions::revoke`](crate::Sessions::revoke).
    ///
    /// # Errors
    /// [`Error`] if Redis does not answer; then it may still live, and the revocation must be carried out later.
    pub async fn end(&self, revocation: &Revocation) -> Result<Option<String>, Error> {
        let prefix = RecordKey::prefix(revocation.tenant, &Locks::default());
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

    /// The mark is asked for on the same connection in the same breath: what answers is one process in one life.
    fn ask(&self, trip: &mut RoundTrip, key: &RecordKey) -> Result<Question, Error> {
        let mark = self.incarnation.mark().ok_or(Error::NotReplayed)?;
        let asked = trip.ask(|pipeline| {
            let key = key.as_str();
            pipeline
                .add_command(command(["HMGET", key].into_iter().chain(NAMES)))
                .add_command(command(["PTTL", key]));
            mark.asked(pipeline);
        });
        Ok(Question::Asked(asked, mark))
    }

    fn answer(&self, question: Question, replies: &mut Replies) -> Result<Option<Stored>, Error> {
        let (asked, mark) = match question {
            Question::Asked(asked, mark) => (asked, mark),
            Question::Answered(found) => return Ok(found),
        };
        let (fields, left, key, script) = replies.take(asked).map_err(unavailable)?;
        let (fields, marked): (RedisResult<Fields>, Marked) = (fields, (key, script));
        if !mark.stands(&marked) {
            self.incarnation.leave(&mark);
            return Err(Error::NotReplayed);
        }
        let left = match left {
            NO_KEY => return Ok(None),
            left => u64::try_from(left).ok().map(Duration::from_millis),
        };
        match fields {
            Ok(fields) => Ok(Some(Stored { fields, left })),
            // What stands there is no hash: a record that cannot be read, not a store that does not answer.
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
            let mut trip = RoundTrip::over(&self.link, tenant);
            let question = self.ask(&mut trip, key)?;
            self.answer(question, &mut trip.go().await?)
        }
        .boxed()
    }

    fn ask_denial(&self, trip: &mut RoundTrip, sign_in: &SignInOf) -> Result<Asking, Error> {
        let mark = self.incarnation.mark().ok_or(Error::NotReplayed)?;
        let SignInOf { tenant, account, origin, .. } = *sign_in;
        let asked = trip.ask(|pipeline| {
            // Two answers are wanted, or none counts: without a sign-in the first one is not looked at.
            let all = account_key(tenant, account);
            let one = origin.map_or_else(|| all.clone(), |origin| sign_in_key(tenant, origin));
            let keys = [one, all];
            mark.asked(pipeline.cmd("MGET").arg(&keys));
        });
        Ok(Asking::Asked(asked, mark))
    }

    fn answer_denial(&self, asking: Asking, replies: &mut Replies) -> Result<Denied, Error> {
        let (asked, mark) = match asking {
            Asking::Asked(asked, mark) => (asked, mark),
            Asking::Answered(denied) => return Ok(denied),
        };
        let (found, key, script) = replies.take(asked).map_err(unavailable)?;
        let ((sign_in, until), marked): ((Option<i64>, Option<i64>), Marked) =
            (found, (key, script));
        if !mark.stands(&marked) {
            self.incarnation.leave(&mark);
            return Err(Error::NotReplayed);
        }
        Ok(Denied { sign_in: sign_in.is_some(), until })
    }

    fn extend<'a>(
        &'a self,
        key: &'a RecordKey,
        owner: Owner,
        keep: Duration,
    ) -> BoxFuture<'a, Result<(), Error>> {
        async move {
            let index = owner_key(owner);
            // PEXPIRE does nothing to a key that is gone and ZADD XX nothing to a member that is, so a signed-out session stays gone.
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
            let (life,) = pipeline
                .get(incarnation::KEY)
                .query_async(&mut self.link.connection_for(revocation.tenant))
                .await
                .map_err(unavailable)?;
            Ok(life)
        }
        .boxed()
    }

    fn begin_replay(&self, locks: Locks) -> BoxFuture<'_, Result<Option<Replay>, Error>> {
        async move {
            if self.incarnation.mark().is_some() {
                return Ok(None);
            }
            let connection = self.link.unhealing().await.map_err(unavailable)?;
            Replay::begin(connection, self.incarnation.clone(), locks).await
        }
        .boxed()
    }

    fn incarnation(&self) -> Option<String> {
        self.incarnation.mark().map(Mark::into_text)
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), Error>> {
        async move {
            let answer: Result<(), RedisError> =
                redis::cmd("PING").query_async(&mut self.link.connection()).await;
            answer.map_err(unavailable)?;
            self.incarnation.mark().map(|_| ()).ok_or(Error::NotReplayed)
        }
        .boxed()
    }
}

/// What ends what a revocation names. Where a record is ended it is a script, so that it and its owner's set change together.
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
            let denial = account_key(*tenant, *account);
            command.arg(END_ALL).arg(2).arg(index).arg(denial).arg(prefix).arg(begun);
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

/// Where the sessions of an account are listed.
fn owner_key(Owner { tenant, account }: Owner) -> String {
    format!("a:{{{tenant}}}:{account}")
}

/// Now, as scores of the sorted sets.
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
