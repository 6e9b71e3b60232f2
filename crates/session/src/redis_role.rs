//! Changes of an account's role in Redis: marks the records of its sessions, and continues a marked record under another key.

use redis::Cmd;

use crate::{
    record::Owner,
    record_store::Renewal,
    redis_command::millis,
    redis_records::{INDEX_TTL, add_fields, now},
    token_revocation::{TOKEN_REVOCATION_TTL, account_key},
};

/// Marks all records in the index `KEYS[1]` whose sessions began at `ARGV[2]` or before with that time; `ARGV[1]` is the prefix of record keys. A later mark
/// stays. `KEYS[2]` revokes the tokens of sign-ins until then for `ARGV[3]` milliseconds, and refuses the sessions of sign-ins under way. An earlier change does
/// not move a later one back. Does nothing if this change was carried out before: the sessions that were marked then may know the present role by now.
const MARK: &str = "
local revoked = tonumber(redis.call('GET', KEYS[2]) or 0)
if revoked == tonumber(ARGV[2]) then return end
redis.call('SET', KEYS[2], string.format('%.0f', math.max(revoked, tonumber(ARGV[2]))), 'PX', ARGV[3])
for _, digest in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    local key = ARGV[1] .. digest
    local begun = redis.pcall('HGET', key, 'signed_in_at')
    begun = type(begun) == 'string' and tonumber(begun)
    if begun and begun <= tonumber(ARGV[2]) then
        local known = tonumber(redis.call('HGET', key, 'role_changed_at') or 0) or 0
        if known < tonumber(ARGV[2]) then redis.call('HSET', key, 'role_changed_at', ARGV[2]) end
    end
end";

/// Continues the record `KEYS[3]`, whose digest is `ARGV[2]`, as the record `KEYS[1]`, whose digest is `ARGV[1]`, and moves its entry in the index `KEYS[2]`.
/// `ARGV[3]` is the mark that the old record must have. `ARGV[4]`, `ARGV[5]` and `ARGV[6]` are the lifetimes of the new record, of the old one and of the index
/// in milliseconds, and `ARGV[7]` is the time when the new record expires. The names and values of the fields follow from `ARGV[8]` on.
///
/// Returns 1, or 0 without any change if the old record has another mark, was replaced before, or does not exist.
const RENEW: &str = "
if redis.call('HGET', KEYS[3], 'role_changed_at') ~= ARGV[3] then return 0 end
if redis.call('HEXISTS', KEYS[3], 'replaced_by') == 1 then return 0 end
redis.call('HSET', KEYS[3], 'replaced_by', ARGV[1])
local left = redis.call('PTTL', KEYS[3])
if left < 0 or left > tonumber(ARGV[5]) then redis.call('PEXPIRE', KEYS[3], ARGV[5]) end
redis.call('ZREM', KEYS[2], ARGV[2])
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 8))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('ZADD', KEYS[2], ARGV[7], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[6])
return 1";

/// The command that marks the records of an account and revokes its tokens. `prefix` is the prefix of the tenant's record keys.
pub(crate) fn mark(owner: Owner, until: i64, prefix: &str) -> Cmd {
    let mut mark = redis::cmd("EVAL");
    mark.arg(MARK).arg(2).arg(owner.index_key()).arg(account_key(owner.tenant, owner.account));
    mark.arg(prefix).arg(until).arg(millis(TOKEN_REVOCATION_TTL));
    mark
}

/// The command that continues a marked record. It returns whether it did.
pub(crate) fn renew(renewal: Renewal) -> Cmd {
    let Renewal { key, owner, fields, ttl, replaces, marked_at, kept } = renewal;
    let mut renew = redis::cmd("EVAL");
    renew.arg(RENEW).arg(3).arg(key.as_str()).arg(owner.index_key()).arg(replaces.as_str());
    renew.arg(key.digest()).arg(replaces.digest()).arg(marked_at);
    renew.arg(millis(ttl)).arg(millis(kept)).arg(millis(ttl.max(INDEX_TTL)));
    renew.arg(now().saturating_add(millis(ttl)));
    add_fields(&mut renew, fields);
    renew
}
