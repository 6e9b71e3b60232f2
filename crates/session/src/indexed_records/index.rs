//! The index of one account: which of its records are valid, and until when. Pure data; the store keeps it as one item.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{id::RecordKey, record::Marks};

/// How long a revocation or a change of role refuses sign-ins that began before it. A sign-in takes seconds.
const REFUSED_KEPT: i64 = 17 * 60 * 1000;

/// The first byte of an encoded index.
const VERSION: u8 = 1;

/// The valid records of one account, and its last revocation or change of role. All times are in milliseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Index {
    records: Vec<Entry>,
    refused: Option<RefusedUntil>,
}

/// A valid record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The key of the record.
    pub(super) key: String,
    /// When its session began.
    began_at: i64,
    /// When it expires if it is not extended.
    idle_until: i64,
    /// The mark of a changed role, see [`Marks::role_changed_at`].
    role_changed_at: Option<i64>,
    /// The digest of its successor, see [`Marks::replaced_by`].
    replaced_by: Option<String>,
}

/// No session that began at `until` or before may be added; remembered until `kept_until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct RefusedUntil {
    until: i64,
    kept_until: i64,
}

/// The account was revoked, or the record to be replaced has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused;

impl Entry {
    /// A new record without marks.
    pub(super) const fn new(key: String, began_at: i64, idle_until: i64) -> Self {
        Self { key, began_at, idle_until, role_changed_at: None, replaced_by: None }
    }

    /// Whether the record was not replaced.
    const fn is_current(&self) -> bool {
        self.replaced_by.is_none()
    }

    /// What was noted about the record.
    pub(super) fn marks(&self) -> Marks {
        Marks { role_changed_at: self.role_changed_at, replaced_by: self.replaced_by.clone() }
    }

    /// The time until the record expires.
    pub(super) fn left(&self, now: i64) -> Duration {
        millis(self.idle_until.saturating_sub(now))
    }
}

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
        let last = records.chain(self.refused.map(|refused| refused.kept_until)).max();
        millis(last.unwrap_or(now).saturating_sub(now))
    }

    /// The entry of a valid record; `None` if the record is not valid.
    pub(super) fn find(&self, key: &str, now: i64) -> Option<&Entry> {
        self.records.iter().find(|entry| entry.key == key && entry.idle_until > now)
    }

    fn find_mut(&mut self, key: &str, now: i64) -> Option<&mut Entry> {
        self.records.iter_mut().find(|entry| entry.key == key && entry.idle_until > now)
    }

    /// The entries of the valid records.
    pub(super) fn valid(&self, now: i64) -> impl Iterator<Item = &Entry> {
        self.records.iter().filter(move |entry| entry.idle_until > now)
    }

    /// Adds a record, in the place of `replaced` if there is one, and removes those that began first until there are at most `most`. Returns the keys of the
    /// removed records, without `replaced`. A record in the place of another one gets its mark of a changed role. A record that is there already is only given
    /// its new time: the reply to the first attempt was lost.
    pub(super) fn add(
        &mut self,
        mut new: Entry,
        replaced: Option<&str>,
        most: u16,
        now: i64,
    ) -> Result<Vec<String>, Refused> {
        self.refused = self.refused.filter(|refused| refused.kept_until > now);
        self.records.retain(|entry| entry.idle_until > now);
        let again = self.remove(&new.key);
        match replaced.map(|replaced| self.take_over(replaced)) {
            Some(Some(before)) => new.role_changed_at = before.role_changed_at,
            Some(None) => new.role_changed_at = again.ok_or(Refused)?.role_changed_at,
            None if self.refused.is_some_and(|refused| new.began_at <= refused.until) => {
                return Err(Refused);
            }
            None => {}
        }
        let ended = self.remove_surplus(most);
        self.records.push(new);
        Ok(ended)
    }

    /// Removes a record that was not replaced, and returns it.
    fn take_over(&mut self, key: &str) -> Option<Entry> {
        let at = self.records.iter().position(|entry| entry.key == key && entry.is_current())?;
        Some(self.records.remove(at))
    }

    /// Removes the records that began first, so that there are at most `most` with the new one, which is not there yet. Replaced records do not count. Returns
    /// the keys of the removed ones.
    fn remove_surplus(&mut self, most: u16) -> Vec<String> {
        let mut oldest: Vec<(i64, String)> = self
            .records
            .iter()
            .filter(|entry| entry.is_current())
            .map(|entry| (entry.began_at, entry.key.clone()))
            .collect();
        oldest.sort();
        oldest.truncate((oldest.len() + 1).saturating_sub(most.into()).min(oldest.len()));
        let ended = oldest.into_iter().filter_map(|(_, key)| self.remove(&key));
        ended.map(|entry| entry.key).collect()
    }

    /// Moves the expiry of a valid record that was not replaced. Returns whether there is one.
    pub(super) fn extend(&mut self, key: &str, idle_until: i64, now: i64) -> bool {
        let found = self.find_mut(key, now).filter(|entry| entry.is_current());
        let Some(entry) = found else { return false };
        entry.idle_until = idle_until;
        true
    }

    /// Continues the record `replaced` as `new`, if it has this mark of a changed role and was not replaced. The old one expires at `kept_until` or earlier.
    /// Returns whether the new record continues it now; it also does if the reply to the first attempt was lost.
    pub(super) fn renew(
        &mut self,
        new: Entry,
        digest: &str,
        replaced: &str,
        marked_at: i64,
        kept_until: i64,
        now: i64,
    ) -> bool {
        let Some(old) = self.find_mut(replaced, now) else { return false };
        if old.replaced_by.as_deref() == Some(digest) {
            return true;
        }
        if !old.is_current() || old.role_changed_at != Some(marked_at) {
            return false;
        }
        old.replaced_by = Some(digest.to_owned());
        old.idle_until = old.idle_until.min(kept_until);
        self.remove(&new.key);
        self.records.push(new);
        true
    }

    /// Removes the record under a key, or the one that continues its session over at most `most` replacements. Returns the key of the removed record.
    pub(super) fn end(&mut self, key: &RecordKey, most: usize) -> Option<String> {
        let mut key = key.clone();
        for _ in 0..=most {
            let entry = self.records.iter().find(|entry| entry.key == key.as_str())?;
            // A digest that cannot be read leads to no record.
            let Some(next) = entry.replaced_by.as_deref().and_then(|next| next.parse().ok()) else {
                return self.remove(key.as_str()).map(|removed| removed.key);
            };
            key = key.sibling(&next);
        }
        None
    }

    fn remove(&mut self, key: &str) -> Option<Entry> {
        let at = self.records.iter().position(|entry| entry.key == key)?;
        Some(self.records.remove(at))
    }

    /// Removes the records that began at `until` or before, and refuses later ones with such a beginning. Returns the keys of the removed records.
    pub(super) fn revoke(&mut self, until: i64, now: i64) -> Vec<String> {
        let until = self.refuse(until, now);
        let removed = self.records.extract_if(.., |entry| entry.began_at <= until);
        removed.map(|entry| entry.key).collect()
    }

    /// Marks the records that began at `until` or before, and refuses later ones with such a beginning. A later mark stays. Returns `false` and does nothing if
    /// this change was carried out before: the records that were marked then may know the present role by now.
    pub(super) fn mark_role(&mut self, until: i64, now: i64) -> bool {
        if self.refused.is_some_and(|refused| refused.until == until && refused.kept_until > now) {
            return false;
        }
        self.refuse(until, now);
        let before = |entry: &&mut Entry| entry.began_at <= until && entry.is_current();
        for entry in self.records.iter_mut().filter(before) {
            entry.role_changed_at = entry.role_changed_at.max(Some(until));
        }
        true
    }

    /// Refuses records that began at `until` or before. An earlier time does not move a later one back; returns the later one.
    fn refuse(&mut self, until: i64, now: i64) -> i64 {
        let known = self.refused.filter(|refused| refused.kept_until > now);
        let until = known.map_or(until, |known| known.until.max(until));
        self.refused = Some(RefusedUntil { until, kept_until: now.saturating_add(REFUSED_KEPT) });
        until
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
        Entry::new(key.to_owned(), began_at, NOW + 1_000)
    }

    fn with(keys: &[(&str, i64)]) -> Index {
        let mut index = Index::default();
        for (key, began_at) in keys {
            index.add(entry(key, *began_at), None, u16::MAX, NOW).unwrap();
        }
        index
    }

    fn keys(index: &Index, now: i64) -> Vec<&str> {
        index.valid(now).map(|entry| entry.key.as_str()).collect()
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
        let found = index.find("a", NOW + 999).unwrap();
        assert_eq!(found.left(NOW + 999), Duration::from_millis(1));
        assert_eq!(index.find("a", NOW + 1_000), None);
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
        let later = NOW + REFUSED_KEPT;
        assert_eq!(index.add(entry("late", 5), None, 9, later), Ok(Vec::new()));
    }

    /// S2: a change of role marks what began before it, a later mark stays, and a sign-in that comes late is refused.
    #[test]
    fn a_change_of_role_marks_records() {
        let mut index = with(&[("before", 5), ("after", 9)]);
        for until in [7, 6] {
            index.mark_role(until, NOW);
        }
        let mark = |index: &Index, key| index.find(key, NOW).unwrap().marks().role_changed_at;
        assert_eq!((mark(&index, "before"), mark(&index, "after")), (Some(7), None));
        assert!(!index.mark_role(7, NOW), "carried out before");
        assert_eq!(index.add(entry("late", 7), None, 9, NOW), Err(Refused));
        index.add(entry("stepped-up", 5), Some("before"), 9, NOW).unwrap();
        assert_eq!(mark(&index, "stepped-up"), Some(7), "a new id keeps the mark");
    }

    /// S2: a marked record is continued once. A repeated step changes nothing, and the replaced record neither counts nor lives longer.
    #[test]
    fn a_marked_record_is_continued_once() {
        let mut index = with(&[("old", 5)]);
        let renew = |index: &mut Index, key: &str, marked_at| {
            index.renew(entry(key, 5), &format!("digest of {key}"), "old", marked_at, NOW + 10, NOW)
        };
        assert!(!renew(&mut index, "new", 7), "without a mark");
        index.mark_role(7, NOW);
        assert!(!renew(&mut index, "new", 6), "another mark");
        assert!(renew(&mut index, "new", 7) && renew(&mut index, "new", 7), "repeated");
        assert!(!renew(&mut index, "other", 7), "another record");
        assert!(!index.extend("old", NOW + 5_000, NOW), "the replaced record");
        assert_eq!(index.find("old", NOW).unwrap().left(NOW), Duration::from_millis(10));
        assert_eq!(index.find("new", NOW).unwrap().marks(), Marks::default());
        assert_eq!(index.add(entry("next", 9), None, 2, NOW), Ok(Vec::new()), "it does not count");
        assert_eq!(index.add(entry("stepped-up", 5), Some("old"), 9, NOW), Err(Refused));
    }
}
