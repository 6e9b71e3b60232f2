//! The index of one account: which of its records are valid, and until when. Pure data; the store keeps it as one item.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How long the revocation of an account's sessions refuses sign-ins that began before it. A sign-in takes seconds.
const REVOKED_KEPT: i64 = 17 * 60 * 1000;

/// The first byte of an encoded index.
const VERSION: u8 = 1;

/// The valid records of one account, and its last revocation. All times are in milliseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Index {
    records: Vec<Entry>,
    revoked: Option<Revoked>,
}

/// A valid record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The key of the record.
    pub(super) key: String,
    /// When its session began.
    pub(super) began_at: i64,
    /// When it expires if it is not extended.
    pub(super) idle_until: i64,
}

/// A revocation of all sessions that began at `until` or before; remembered until `kept_until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Revoked {
    until: i64,
    kept_until: i64,
}

/// The account was revoked, or the record to be replaced has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused;

impl Index {
    /// Decodes an index; `None` if the bytes are not one.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (version, encoded) = bytes.split_first()?;
        if *version == VERSION { postcard::from_bytes(encoded).ok() } else { None }
    }

    /// Encodes the index with its version.
    pub(super) fn encode(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_extend(self, vec![VERSION])
    }

    /// How long the index is needed if it does not change.
    pub(super) fn lifetime(&self, now: i64) -> Duration {
        let records = self.records.iter().map(|entry| entry.idle_until);
        let last = records.chain(self.revoked.map(|revoked| revoked.kept_until)).max();
        millis(last.unwrap_or(now).saturating_sub(now))
    }

    /// The time until the record expires; `None` if it is not valid.
    pub(super) fn left(&self, key: &str, now: i64) -> Option<Duration> {
        let entry = self.records.iter().find(|entry| entry.key == key)?;
        (entry.idle_until > now).then(|| millis(entry.idle_until - now))
    }

    /// The keys of the valid records, each with the time until it expires.
    pub(super) fn valid(&self, now: i64) -> impl Iterator<Item = (&str, Duration)> {
        let valid = self.records.iter().filter(move |entry| entry.idle_until > now);
        valid.map(move |entry| (entry.key.as_str(), millis(entry.idle_until - now)))
    }

    /// Adds a record, in the place of `replaced` if there is one, and removes those that began first until there are at most `most`. Returns the keys of the
    /// removed records, without `replaced`. A record that is there already is only given its new time: the reply to the first attempt was lost.
    pub(super) fn add(
        &mut self,
        new: Entry,
        replaced: Option<&str>,
        most: u16,
        now: i64,
    ) -> Result<Vec<String>, Refused> {
        self.revoked = self.revoked.filter(|revoked| revoked.kept_until > now);
        if self.revoked.is_some_and(|revoked| new.began_at <= revoked.until) {
            return Err(Refused);
        }
        self.records.retain(|entry| entry.idle_until > now);
        let again = self.remove(&new.key);
        if replaced.is_some_and(|replaced| !self.remove(replaced)) && !again {
            return Err(Refused);
        }
        // The new record counts, and is kept even if another one began later.
        let surplus = (self.records.len() + 1).saturating_sub(most.into());
        self.records
            .sort_by(|one, other| (one.began_at, &one.key).cmp(&(other.began_at, &other.key)));
        let surplus = surplus.min(self.records.len());
        let ended = self.records.drain(..surplus).map(|entry| entry.key).collect();
        self.records.push(new);
        Ok(ended)
    }

    /// Moves the expiry of a valid record. Returns whether there is one.
    pub(super) fn extend(&mut self, key: &str, idle_until: i64, now: i64) -> bool {
        let valid = |entry: &&mut Entry| entry.key == key && entry.idle_until > now;
        let Some(entry) = self.records.iter_mut().find(valid) else { return false };
        entry.idle_until = idle_until;
        true
    }

    /// Removes a record. Returns whether it was there.
    pub(super) fn remove(&mut self, key: &str) -> bool {
        let before = self.records.len();
        self.records.retain(|entry| entry.key != key);
        self.records.len() < before
    }

    /// Removes the records that began at `until` or before, and refuses later ones with such a beginning. Returns the keys of the removed records. An earlier
    /// revocation does not move a later one back.
    pub(super) fn revoke(&mut self, until: i64, now: i64) -> Vec<String> {
        let known = self.revoked.filter(|revoked| revoked.kept_until > now);
        let until = known.map_or(until, |known| known.until.max(until));
        self.revoked = Some(Revoked { until, kept_until: now.saturating_add(REVOKED_KEPT) });
        let removed = self.records.extract_if(.., |entry| entry.began_at <= until);
        removed.map(|entry| entry.key).collect()
    }
}

/// A duration of milliseconds; zero if they are negative.
fn millis(millis: i64) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000_000;

    fn entry(key: &str, began_at: i64) -> Entry {
        Entry { key: key.to_owned(), began_at, idle_until: NOW + 1_000 }
    }

    fn with(keys: &[(&str, i64)]) -> Index {
        let mut index = Index::default();
        for (key, began_at) in keys {
            index.add(entry(key, *began_at), None, u16::MAX, NOW).unwrap();
        }
        index
    }

    fn keys(index: &Index, now: i64) -> Vec<&str> {
        index.valid(now).map(|(key, _)| key).collect()
    }

    /// S7: bytes that are not an index are none, and an index of another version is none either.
    #[test]
    fn an_index_round_trips_and_other_bytes_are_none() {
        let mut index = with(&[("a", 1), ("b", 2)]);
        index.revoke(1, NOW);
        let encoded = index.encode().unwrap();
        assert_eq!(Index::decode(&encoded), Some(index));
        for cut in 0..encoded.len() {
            assert_eq!(Index::decode(&encoded[..cut]), None, "{cut}");
        }
        let mut newer = encoded;
        newer[0] += 1;
        assert_eq!(Index::decode(&newer), None);
    }

    /// S3: a record is valid until the moment of its expiry, and cannot be extended from then on.
    #[test]
    fn an_expired_record_stays_expired() {
        let mut index = with(&[("a", 1)]);
        assert_eq!(index.left("a", NOW + 999), Some(Duration::from_millis(1)));
        assert_eq!(index.left("a", NOW + 1_000), None);
        assert!(!index.extend("a", NOW + 5_000, NOW + 1_000), "after its expiry");
        assert!(index.extend("a", NOW + 5_000, NOW + 999));
        assert_eq!(keys(&index, NOW + 4_999), ["a"]);
        assert_eq!(index.lifetime(NOW), Duration::from_secs(5));
        assert!(!index.extend("b", NOW + 5_000, NOW), "an unknown record");
    }

    /// G13: the records that began first are removed, in the order of their keys if they began together, and never the new one.
    #[test]
    fn the_oldest_records_are_removed() {
        let mut index = with(&[("b", 5), ("a", 5), ("c", 7)]);
        assert_eq!(index.add(entry("d", 1), None, 3, NOW).unwrap(), ["a"]);
        assert_eq!(index.add(entry("e", 9), None, 1, NOW).unwrap(), ["d", "b", "c"]);
        assert_eq!(keys(&index, NOW), ["e"]);
    }

    /// S2: a replaced record ends with the step that adds the new one, and a record that has ended is not replaced. A repeated step changes nothing.
    #[test]
    fn a_record_is_replaced_once() {
        let mut index = with(&[("old", 1)]);
        assert_eq!(index.add(entry("new", 1), Some("old"), 9, NOW), Ok(Vec::new()));
        assert_eq!(keys(&index, NOW), ["new"]);
        assert_eq!(index.add(entry("new", 1), Some("old"), 9, NOW), Ok(Vec::new()), "repeated");
        assert_eq!(index.add(entry("other", 1), Some("old"), 9, NOW), Err(Refused));
        let mut expired = with(&[("old", 1)]);
        assert_eq!(expired.add(entry("new", 1), Some("old"), 9, NOW + 1_000), Err(Refused));
    }

    /// S2, S4: a revocation removes what began before it, and refuses what is added late. It is forgotten once no such sign-in can be under way.
    #[test]
    fn a_revocation_also_refuses_records_that_come_late() {
        let mut index = with(&[("before", 5), ("after", 6)]);
        assert_eq!(index.revoke(5, NOW), ["before"]);
        assert_eq!(index.revoke(1, NOW), [""; 0], "an older revocation");
        assert_eq!(index.add(entry("late", 5), None, 9, NOW), Err(Refused));
        assert_eq!(index.lifetime(NOW), Duration::from_mins(17));
        let later = NOW + REVOKED_KEPT;
        assert_eq!(index.add(entry("late", 5), None, 9, later), Ok(Vec::new()));
    }
}
