//! Removes keys by a pattern, without blocking Redis.

use domain::TenantId;
use redis::RedisError;

use crate::redis_link::RedisLink;

/// How many keys Redis scans in one step.
const SCAN_COUNT: usize = 1000;

impl RedisLink {
    /// Removes the keys that match `pattern` and that `is_wanted` accepts, and returns their number. `SCAN` finds them and `UNLINK` removes them, so other
    /// commands do not wait. A key that is written meanwhile may stay.
    ///
    /// # Errors
    /// [`RedisError`] if Redis does not answer. Some keys may have been removed.
    pub async fn remove_matching(
        &self,
        pattern: &str,
        is_wanted: impl Fn(&[u8]) -> bool,
    ) -> Result<u64, RedisError> {
        let mut connection = self.connection();
        let (mut cursor, mut removed) = (0_u64, 0);
        loop {
            let mut scan = redis::cmd("SCAN");
            scan.arg(cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(SCAN_COUNT);
            let (next, found): (u64, Vec<Vec<u8>>) = scan.query_async(&mut connection).await?;
            let keys: Vec<Vec<u8>> = found.into_iter().filter(|key| is_wanted(key)).collect();
            if !keys.is_empty() {
                let unlinked: u64 =
                    redis::cmd("UNLINK").arg(&keys).query_async(&mut connection).await?;
                removed += unlinked;
            }
            if next == 0 {
                return Ok(removed);
            }
            cursor = next;
        }
    }

    /// Removes every key of a tenant: sessions, revocations, cached bodies, counters. All of them have the hash tag `{<tenant>}`.
    ///
    /// # Errors
    /// As [`Self::remove_matching`].
    pub async fn remove_keys_of(&self, tenant: TenantId) -> Result<u64, RedisError> {
        // A UUID has no character that means something in a pattern.
        let tag = format!("{{{tenant}}}");
        let is_tagged = |key: &[u8]| hash_tag(key).is_some_and(|found| found == tag.as_bytes());
        self.remove_matching(&format!("*{tag}*"), is_tagged).await
    }

    /// Whether the server is one node of a Redis Cluster. Then the methods of this file would see a part of the keys only.
    ///
    /// # Errors
    /// [`RedisError`] if Redis does not answer.
    pub async fn is_cluster(&self) -> Result<bool, RedisError> {
        let mut info = redis::cmd("INFO");
        let info: String = info.arg("cluster").query_async(&mut self.connection()).await?;
        Ok(info.contains("cluster_enabled:1"))
    }
}

/// The first part of a key in braces, with the braces. A Redis Cluster places a key by it.
fn hash_tag(key: &[u8]) -> Option<&[u8]> {
    let begin = key.iter().position(|byte| *byte == b'{')?;
    let length = key[begin..].iter().position(|byte| *byte == b'}')?;
    key.get(begin..=begin + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_braces_are_the_hash_tag() {
        for (key, tag) in [
            ("s:{a-b}:x", Some("{a-b}")),
            ("t:{a}:l:{b}", Some("{a}")),
            ("no tag", None),
            ("}{open", None),
        ] {
            assert_eq!(hash_tag(key.as_bytes()), tag.map(str::as_bytes), "{key}");
        }
    }
}
