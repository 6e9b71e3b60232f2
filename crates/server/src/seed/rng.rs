//! A deterministic generator of random numbers: the same numbers on every machine and with every version of every crate.

use uuid::{Builder, Uuid};

/// `SplitMix64` (Steele, Lea, Flood 2014): small, fast, and implemented here, so that an update of a crate cannot change the seed.
#[derive(Clone, Debug)]
pub(super) struct DeterministicRng(u64);

impl DeterministicRng {
    /// Creates a generator from a text. Equal texts give equal numbers.
    pub(super) fn of(text: &str) -> Self {
        // FNV-1a; it only has to spread a few dozen names.
        let start = 0xcbf2_9ce4_8422_2325;
        Self(
            text.bytes()
                .fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)),
        )
    }

    /// A number from 0 to one below `end`; 0 if `end` is 0.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        // The high half of a product is below `end`; the bias of one in four billion does not show in a demonstration.
        let product = u64::from(end) * (self.next() >> 32);
        u32::try_from(product >> 32).unwrap_or_default()
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// Returns `true` with a probability of `chance` percent.
    pub(super) fn percent(&mut self, chance: u32) -> bool {
        self.below(100) < chance
    }

    /// Picks one item with a probability proportional to its weight; `None` if all weights are 0.
    pub(super) fn weighted<'a, T>(
        &mut self,
        items: &'a [T],
        weight: impl Fn(&T) -> u32,
    ) -> Option<&'a T> {
        let mut rest = self.below(items.iter().map(&weight).sum());
        items.iter().find(|item| {
            let here = rest < weight(item);
            rest = rest.saturating_sub(weight(item));
            here
        })
    }

    /// Picks one item, each with the same probability; `None` if there are no items.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        self.weighted(items, |_| 1)
    }

    /// Puts the items into a random order (Fisher and Yates).
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        let mut end = u32::try_from(items.len()).unwrap_or(u32::MAX);
        while end > 1 {
            let other = self.below(end);
            end -= 1;
            items.swap(end as usize, other as usize);
        }
    }

    /// Makes an id like those of the product (RFC 9562, version 4), so that seeded rows look like any others.
    pub(super) fn uuid(&mut self) -> Uuid {
        let value = (u128::from(self.next()) << 64) | u128::from(self.next());
        Builder::from_random_bytes(value.to_be_bytes()).into_uuid()
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_give_equal_numbers_and_others_do_not() {
        let throws = |text| {
            [0; 8].map(|_: u32| 0).map({
                let mut rng = DeterministicRng::of(text);
                move |_| rng.below(1000)
            })
        };
        assert_eq!(throws("acme"), throws("acme"));
        assert_ne!(throws("acme"), throws("betaco"));
    }

    #[test]
    fn a_random_number_stays_within_its_bounds_and_reaches_both() {
        let mut rng = DeterministicRng::of("bounds");
        let throws: Vec<u32> = (0..1000).map(|_| rng.between(3, 6)).collect();
        assert_eq!((throws.iter().min(), throws.iter().max()), (Some(&3), Some(&6)));
        assert_eq!(rng.below(0), 0);
        assert_eq!(rng.pick::<u8>(&[]), None);
    }

    #[test]
    fn a_weight_of_zero_is_never_drawn() {
        let mut rng = DeterministicRng::of("weights");
        assert!((0..1000).all(|_| rng.weighted(&[0, 1, 2], |weight| *weight) != Some(&0)));
    }

    #[test]
    fn shuffling_loses_nothing() {
        let mut items: Vec<u32> = (0..50).collect();
        DeterministicRng::of("shuffle").shuffle(&mut items);
        assert_ne!(items, (0..50).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..50).collect::<Vec<_>>());
    }
}
