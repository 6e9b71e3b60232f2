//! Bodies of replies with their ETags, kept in memory only.

use std::{collections::VecDeque, sync::Arc};

/// The most bodies to keep: more than a user opens in a minute, and a few hundred kilobytes at most.
const CAPACITY: usize = 48;

/// A body and its ETag, with which it is revalidated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) etag: Arc<str>,
    pub(super) body: Arc<str>,
}

/// The bodies of one session, the newest last.
#[derive(Default)]
pub(super) struct Memory {
    generation: u32,
    kept: VecDeque<(String, Entry)>,
}

impl Memory {
    /// The body kept for `path`, if there is one.
    pub(super) fn get(&self, path: &str) -> Option<Entry> {
        self.kept.iter().find(|(at, _)| at == path).map(|(_, kept)| kept.clone())
    }

    /// A number that changes when the memory is cleared. A request reads it before it is sent and passes it to [`Self::keep`].
    pub(super) fn generation(&self) -> u32 {
        self.generation
    }

    /// Keeps a body, unless the memory was cleared after the request was sent.
    pub(super) fn keep(&mut self, generation: u32, path: &str, etag: &str, body: &str) {
        if generation != self.generation {
            return;
        }
        self.kept.retain(|(at, _)| at != path);
        if self.kept.len() == CAPACITY {
            self.kept.pop_front();
        }
        self.kept.push_back((path.to_owned(), Entry { etag: etag.into(), body: body.into() }));
    }

    /// Drops all bodies and starts a new generation.
    pub(super) fn clear(&mut self) {
        self.generation = self.generation.wrapping_add(1);
        self.kept.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_that_arrives_after_sign_out_is_not_kept() {
        let mut memory = Memory::default();
        let before = memory.generation();
        memory.clear();
        memory.keep(before, "/a", "1", "secret");
        assert_eq!(memory.get("/a"), None);
    }

    #[test]
    fn clearing_drops_every_body() {
        let mut memory = Memory::default();
        memory.keep(memory.generation(), "/a", "1", "body");
        memory.clear();
        assert_eq!(memory.get("/a"), None);
    }

    #[test]
    fn the_oldest_body_makes_room() {
        let mut memory = Memory::default();
        for n in 0..=CAPACITY {
            memory.keep(0, &n.to_string(), "1", "body");
        }
        assert_eq!(memory.get("0"), None);
        assert!(memory.get("1").is_some());
        assert_eq!(memory.kept.len(), CAPACITY);
    }

    #[test]
    fn a_newer_body_replaces_the_older() {
        let mut memory = Memory::default();
        memory.keep(0, "/a", "1", "old");
        memory.keep(0, "/a", "2", "new");
        assert_eq!(memory.get("/a").map(|kept| kept.body), Some("new".into()));
        assert_eq!(memory.kept.len(), 1);
    }
}
