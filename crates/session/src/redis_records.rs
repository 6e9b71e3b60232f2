//! Session records and revocations in Redis: the keys, the commands and the meaning of their replies.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use redis::{Cmd, Pipeline, RedisError, RedisResult};

use crate::{
    error::Error,
    id::{RecordKey, SessionDigest},
    record::{FIELD_NAMES, Fields, Marks, Owner, Stored, began_at},
    record_store::MAX_REPLACED,
    redis_command::{command, millis},
    redis_error::{store_error, unexpected},
    redis_role,
    revocation::{Revocation, Subject},
    token_revocation::{
        TOKEN_REVOCATION_TTL, TokenOrigin, TokenRevocations, account_key, sign_in_key,
    },
};

/// The least time that an account's index is kept after its last session began or was extended. No idle time is longer.
pub(crate) const INDEX_TTL: Duration = Duration::from_hours(24);

/// The reply to `PTTL` for a key that does not exist.
const NO_KEY: i64 = -2;
/// The reply to `PTTL` for a key that never expires. This crate writes no such record.
const NO_EXPIRY: i64 = -1;

/// The field of a record's hash with the time of a change of role, see [`Marks`]. Scripts name it too.
const ROLE_CHANGED_AT: &str = "role_changed_at";
/// The field with the digest of the record that continues the session, see [`Marks`]. Scripts name it too.
const REPLACED_BY: &str = "replaced_by";
/// The number of values that [`read`] asks for: the fields, and the marks.
const READ: usize = FIELD_NAMES.len() + 2;

/// Writes the record `KEYS[1]` and adds it to the index `KEYS[2]` of its owner. If the owner then has more than `ARGV[7]` sessions, ends those that began
/// first, and returns their digests. `ARGV[1]` is the prefix of record keys, `ARGV[2]` the digest, `ARGV[3]` the current time, `ARGV[4]` the time when the
/// record expires if it is not extended; `ARGV[5]` and `ARGV[6]` are the lifetimes of record and index in milliseconds. The names and values of the fields
/// follow from `ARGV[10]` on. If `ARGV[9]` is a digest, the record takes the place of the record `KEYS[4]` with that digest, which is deleted; its mark of a
/// changed role goes to the new record.
///
/// Writes nothing and returns an error with the code `REVOKED` if the record to be replaced does not exist or was continued before, or, without such a record,
/// if the account's sessions until that beginning were revoked: `KEYS[3]` is the key of that revocation, `ARGV[8]` the time when the session began.
///
/// One script, so that no record exists without its expiry or outside its owner's index. The script also removes expired sessions from the index, which
/// therefore never holds more than `ARGV[7]`.
const CREATE: &str = "
local role_changed_at = false
if ARGV[9] ~= '' then
    role_changed_at = redis.call('HGET', KEYS[4], 'role_changed_at')
    if redis.call('HEXISTS', KEYS[4], 'replaced_by') == 1 or redis.call('DEL', KEYS[4]) == 0 then
        return redis.error_reply('REVOKED the session to be replaced has ended')
    end
    redis.call('ZREM', KEYS[2], ARGV[9])
else
    local revoked = tonumber(redis.call('GET', KEYS[3]))
    if revoked and tonumber(ARGV[8]) <= revoked then
        return redis.error_reply('REVOKED the sessions of this account were revoked')
    end
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 10))
if role_changed_at then redis.call('HSET', KEYS[1], 'role_changed_at', role_changed_at) end
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

/// Ends one session. `KEYS[1]` is its record, `ARGV[1]` the prefix of index keys, `ARGV[2]` the digest, `ARGV[3]` the prefix of record keys. A record that was
/// replaced stays, and the one that continues its session is deleted, over at most `ARGV[4]` replacements. With 0 replacements it ends only a record that was
/// not replaced.
const END_ONE: &str = "
local key, digest = KEYS[1], ARGV[2]
for _ = 0, tonumber(ARGV[4]) do
    local next = redis.pcall('HGET', key, 'replaced_by')
    if type(next) ~= 'string' then
        local account = redis.pcall('HGET', key, 'account')
        if type(account) == 'string' then redis.call('ZREM', ARGV[1] .. account, digest) end
        return redis.call('DEL', key)
    end
    key, digest = ARGV[3] .. next, next
end
return 0";

/// Extends the expiry of the record `KEYS[1]` to `ARGV[1]` milliseconds, and that of its entry `ARGV[3]` in the index `KEYS[2]` to the time `ARGV[2]`; the index
/// lives for `ARGV[4]` milliseconds. Does nothing if the record does not exist or was replaced.
const EXTEND: &str = "
if redis.call('HEXISTS', KEYS[1], 'replaced_by') == 1 then return 0 end
if redis.call('PEXPIRE', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('ZADD', KEYS[2], 'XX', ARGV[2], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return 1";

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

/// The reply to the command of [`list`].
pub(crate) type ListReply = (Vec<String>,);

/// The replies to the commands of [`read`]: the fields with the marks, and the time to live in milliseconds.
pub(crate) type RecordReply = (RedisResult<[Option<Vec<u8>>; READ]>, i64);

/// The reply to the command of [`read_revocations`].
pub(crate) type RevocationsReply = ((Option<i64>, Option<i64>),);

/// The command that writes a record and adds it to its owner's index. [`ended`] reads its reply.
pub(crate) fn create(
    key: &RecordKey,
    owner: Owner,
    fields: Fields,
    ttl: Duration,
    limit: u16,
    replaces: Option<&RecordKey>,
) -> Cmd {
    let (index, now) = (owner.index_key(), now());
    let mut create = redis::cmd("EVAL");
    let revoked = account_key(owner.tenant, owner.account);
    create.arg(CREATE).arg(4).arg(key.as_str()).arg(&index).arg(revoked);
    create.arg(replaces.unwrap_or(key).as_str());
    create.arg(key.before_digest()).arg(key.digest());
    create.arg(now).arg(now.saturating_add(millis(ttl)));
    create.arg(millis(ttl)).arg(millis(ttl.max(INDEX_TTL))).arg(limit).arg(began_at(&fields));
    create.arg(replaces.map_or("", RecordKey::digest));
    add_fields(&mut create, fields);
    create
}

/// Adds the names and values of the fields that a record has.
pub(crate) fn add_fields(command: &mut Cmd, fields: Fields) {
    for (name, value) in FIELD_NAMES.into_iter().zip(fields) {
        if let Some(value) = value {
            command.arg(name).arg(value);
        }
    }
}

/// The error of a [`create`] that Redis refused.
pub(crate) fn not_created(error: RedisError) -> Error {
    if error.code() == Some("REVOKED") { Error::Revoked } else { store_error(error) }
}

/// The digests in a reply: those of the sessions that [`create`] ended, or of all sessions of an account.
///
/// # Errors
/// [`Error::UnexpectedReply`] if one is not a digest. The caller could neither show it nor store it as revoked.
pub(crate) fn digests(reply: &[String]) -> Result<Vec<SessionDigest>, Error> {
    let digests = reply.iter().map(|digest| digest.parse()).collect::<Result<_, _>>();
    digests.map_err(|_| store_error(unexpected("the index of an account held an invalid digest")))
}

/// Adds the command that lists the digests of an owner's records to a pipeline.
pub(crate) fn list(pipeline: &mut Pipeline, owner: Owner) {
    pipeline.cmd("ZRANGEBYSCORE").arg(owner.index_key()).arg(now()).arg("+inf");
}

/// Adds the commands that read a record to a pipeline. [`stored`] reads their replies.
pub(crate) fn read(pipeline: &mut Pipeline, key: &RecordKey) {
    let key = key.as_str();
    pipeline
        .add_command(command(
            ["HMGET", key].into_iter().chain(FIELD_NAMES).chain([ROLE_CHANGED_AT, REPLACED_BY]),
        ))
        .add_command(command(["PTTL", key]));
}

/// The record in the replies; `None` if the key does not exist. A key that holds no hash is a record without fields, which is not a session.
///
/// # Errors
/// [`Error::Unavailable`] if Redis refused a command, [`Error::UnexpectedReply`] if the time to live is impossible.
pub(crate) fn stored((fields, ttl): RecordReply) -> Result<Option<Stored>, Error> {
    let (fields, marks) = match fields {
        Ok([fields @ .., role_changed_at, replaced_by]) => {
            (fields, marks(role_changed_at.as_deref(), replaced_by.as_deref()))
        }
        // The key holds another type than a hash: an unreadable record, not an unavailable store.
        Err(error) if error.code() == Some("WRONGTYPE") => (Fields::default(), Marks::default()),
        Err(error) => return Err(store_error(error)),
    };
    let left = match (ttl, u64::try_from(ttl)) {
        (NO_KEY, _) => return Ok(None),
        (NO_EXPIRY, _) => None,
        (_, Ok(ttl)) => Some(Duration::from_millis(ttl)),
        (_, Err(_)) => return Err(store_error(unexpected("`PTTL` returned a value below -2"))),
    };
    Ok(Some(Stored { fields, left, marks }))
}

/// The marks of a record. An unreadable time counts as the latest one, and an unreadable digest as that of no record, so that a damaged mark is not a missing one.
fn marks(role_changed_at: Option<&[u8]>, replaced_by: Option<&[u8]>) -> Marks {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    Marks {
        role_changed_at: role_changed_at.map(|value| text(value).parse().unwrap_or(i64::MAX)),
        replaced_by: replaced_by.map(text),
    }
}

/// Adds the command that reads the revocations of a token's sign-in to a pipeline. [`revocations`] reads its reply.
pub(crate) fn read_revocations(pipeline: &mut Pipeline, origin: &TokenOrigin) {
    let TokenOrigin { tenant, account, origin, .. } = *origin;
    // `MGET` must return two values. Without a sign-in id, the first one is not used.
    let all = account_key(tenant, account);
    let one = origin.map_or_else(|| all.clone(), |origin| sign_in_key(tenant, origin));
    pipeline.cmd("MGET").arg(&[one, all]);
}

/// The revocations in the reply.
pub(crate) fn revocations(((sign_in, until),): RevocationsReply) -> TokenRevocations {
    TokenRevocations { sign_in: sign_in.is_some(), until }
}

/// The command that extends the expiry of a record and of its entry in the index. It creates neither, so a signed-out session stays ended.
pub(crate) fn extend(key: &RecordKey, owner: Owner, ttl: Duration) -> Cmd {
    let mut extend = redis::cmd("EVAL");
    extend.arg(EXTEND).arg(2).arg(key.as_str()).arg(owner.index_key());
    extend.arg(millis(ttl)).arg(now().saturating_add(millis(ttl))).arg(key.digest());
    extend.arg(millis(ttl.max(INDEX_TTL)));
    extend
}

/// The command that carries out a revocation. Where it changes records it is a script, so that records and index change together. `prefix` is the prefix of
/// the tenant's record keys.
pub(crate) fn revoke(revocation: &Revocation, prefix: &str) -> Cmd {
    let Revocation { tenant, subject, revoked_at } = revocation;
    let mut command = redis::cmd("EVAL");
    match subject {
        Subject::Session(digest) | Subject::Replaced(digest) => {
            let owners = format!("a:{{{tenant}}}:");
            let key = RecordKey::of(prefix, digest);
            command.arg(END_ONE).arg(1).arg(key.as_str()).arg(owners).arg(digest.as_str());
            let is_session = matches!(subject, Subject::Session(_));
            command.arg(prefix).arg(if is_session { MAX_REPLACED } else { 0 });
        }
        Subject::Account(account) => {
            let index = Owner { tenant: *tenant, account: *account }.index_key();
            let until = revoked_at.timestamp_millis();
            let tokens = account_key(*tenant, *account);
            command.arg(END_ALL).arg(2).arg(index).arg(tokens).arg(prefix).arg(until);
            command.arg(millis(TOKEN_REVOCATION_TTL));
        }
        Subject::Role(account) => {
            let owner = Owner { tenant: *tenant, account: *account };
            command = redis_role::mark(owner, revoked_at.timestamp_millis(), prefix);
        }
        Subject::Tokens(origin) => {
            command = redis::cmd("SET");
            let until = revoked_at.timestamp_millis();
            command
                .arg(sign_in_key(*tenant, *origin))
                .arg(until)
                .arg("PX")
                .arg(millis(TOKEN_REVOCATION_TTL));
        }
    }
    command
}

/// The current time in milliseconds since 1970: the unit of the index's scores.
pub(crate) fn now() -> i64 {
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}
