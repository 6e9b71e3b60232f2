//! Checks both Redis servers at start: refuses a session Redis that could lose sessions, warns about a cache Redis that would stop caching.

use anyhow::{Context, bail};
use session::RedisSettings;

use crate::config::{RedisUrls, SessionStore};

/// The oldest version that is accepted. Older versions copy loaded scripts to replicas, so a promoted replica would be taken for the same generation.
const OLDEST: (u32, u32) = (7, 0);
const KEEPS_ALL: &str = "noeviction";

/// Checks the version, the role and the eviction policy of both Redis servers.
pub(crate) async fn check(redis: &RedisUrls, session_store: &SessionStore) -> anyhow::Result<()> {
    let link = redis.session_link()?;
    let sessions = RedisSettings::of(&link)
        .await
        .context("hint: start Redis, or check `REDIS_SESSION_URL`")?;
    if link.has_sentinels() && sessions.min_replicas_to_write == Some(0) {
        tracing::warn!(
            hint = "set `min-replicas-to-write 1` on every Redis: otherwise writes to a primary that is cut off are lost",
            "server.session_redis.needs_no_replica"
        );
    }
    if *session_store == SessionStore::Redis {
        refuse_unfit(&sessions, redis.declared_policy.as_deref())?;
    }
    // A lost body is loaded again, so no cache Redis is refused. Whether it answers is checked elsewhere.
    if let Ok(bodies) = RedisSettings::of(&redis.cache_link()?).await
        && bodies.when_full.as_deref() == Some(KEEPS_ALL)
        && bodies.bytes.is_some_and(|bytes| bytes > 0)
    {
        tracing::warn!(
            maxmemory_policy = KEEPS_ALL,
            hint = "once its memory is full nothing more is cached: set `maxmemory-policy allkeys-lru`",
            "server.cache_redis.never_evicts"
        );
    }
    Ok(())
}

fn refuse_unfit(facts: &RedisSettings, declared: Option<&str>) -> anyhow::Result<()> {
    if let Some(version) = facts.version.filter(|version| *version < OLDEST) {
        bail!(
            "the session Redis has version {}.{}, which is too old\nhint: set `REDIS_SESSION_URL` to a Redis 7.0 or later",
            version.0,
            version.1
        );
    }
    if facts.is_primary == Some(false) {
        bail!(
            "the session Redis is a replica and accepts no writes\nhint: set `REDIS_SESSION_URL` to the primary"
        );
    }
    match facts.when_full.as_deref().or(declared) {
        Some(KEEPS_ALL) => Ok(()),
        Some(other) => bail!(
            "the session Redis may evict sessions: its `maxmemory-policy` is `{other}`\nhint: set `maxmemory-policy noeviction` there, or set `REDIS_SESSION_URL` to a Redis that has it"
        ),
        None => bail!(
            "the session Redis does not report its `maxmemory-policy`\nhint: if it is `noeviction`, set `REDIS_SESSION_MAXMEMORY_POLICY=noeviction`"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(when_full: Option<&str>) -> RedisSettings {
        RedisSettings {
            version: Some((8, 0)),
            is_primary: Some(true),
            when_full: when_full.map(str::to_owned),
            bytes: Some(0),
            min_replicas_to_write: None,
        }
    }

    fn refusal(facts: &RedisSettings, declared: Option<&str>) -> Option<String> {
        refuse_unfit(facts, declared).err().map(|error| error.to_string())
    }

    #[test]
    fn a_redis_that_evicts_nothing_is_accepted() {
        assert_eq!(refusal(&facts(Some("noeviction")), None), None);
        assert_eq!(refusal(&facts(None), Some("noeviction")), None);
        assert_eq!(
            refusal(&RedisSettings { version: None, ..facts(Some("noeviction")) }, None),
            None
        );
    }

    #[test]
    fn an_unsuitable_redis_is_refused_with_a_hint() {
        for (unfit, declared, word) in [
            (facts(Some("allkeys-lru")), None, "allkeys-lru"),
            (facts(Some("allkeys-lru")), Some("noeviction"), "allkeys-lru"),
            (facts(None), None, "REDIS_SESSION_MAXMEMORY_POLICY"),
            (facts(None), Some("volatile-ttl"), "volatile-ttl"),
            (RedisSettings { version: Some((6, 2)), ..facts(Some("noeviction")) }, None, "6.2"),
            (
                RedisSettings { is_primary: Some(false), ..facts(Some("noeviction")) },
                None,
                "replica",
            ),
        ] {
            let said = refusal(&unfit, declared).unwrap_or_default();
            assert!(said.contains(word) && said.contains("\nhint: "), "{said}");
        }
    }
}
