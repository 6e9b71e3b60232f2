//! Places: a bounded number of units of work, each holder's share of them, and turns in round-robin order.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::timeout};

use crate::{Holder, count_refusal};

#[cfg(test)]
#[path = "places_tests.rs"]
mod tests;

/// How much one resource takes.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Units of work that have a turn at the same time.
    pub at_once: usize,
    /// Units of work that may wait for a turn besides; the next one is refused.
    pub waiting: usize,
    /// How many turns one holder may have while no other wants one.
    pub max_turns: MaxTurns,
}

/// How many turns one holder may have at the same time while no other holder wants one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaxTurns {
    /// All of them. For work whose length a tenant cannot choose, such as a password hash: a newcomer waits until one unit ends.
    All,
    /// Fewer than remain free. For work that may take long, such as a statement that waits for a lock: a newcomer finds one free.
    Share,
}

/// The places at one resource. Clones share them.
///
/// A unit of work takes a [`Place`] at once or is refused; with the place it waits for its [`Turn`]. A holder gets another place
/// only while it has fewer than are free. So one flooding holder has at most half of all places, two settle at a third each, and
/// a holder that has none gets a place as long as any is free. Turns are given to the waiting holders in round-robin order.
///
/// Memory is bounded by the number of places: a holder without a place is not remembered.
#[derive(Clone)]
pub struct Places(Arc<Inner>);

/// A place, accounted to its holder until it is dropped.
#[derive(Debug)]
pub struct Place {
    places: Places,
    holder: Holder,
}

/// A place whose work may run now. The turn passes to the next when this is dropped.
#[derive(Debug)]
pub struct Turn {
    place: Place,
}

/// No place is left for this holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Full {
    /// The holder has its share. Other holders may still find places.
    #[error("the share of this tenant is used up")]
    Share,
    /// All places are taken.
    #[error("all places are taken")]
    All,
}

struct Inner {
    /// The label `resource` of the metric.
    resource: &'static str,
    bounds: Bounds,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    places: usize,
    turns: usize,
    holders: HashMap<Holder, HolderState>,
    /// The holders that wait for a turn, each once, in the order in which they are served.
    waiting_holders: VecDeque<Holder>,
}

/// What one holder has.
#[derive(Default)]
struct HolderState {
    places: usize,
    turns: usize,
    waiting: VecDeque<Arc<Notify>>,
}

impl Places {
    /// The places at a resource; `resource` names it in `watertight_refused_total`.
    pub fn new(resource: &'static str, bounds: Bounds) -> Self {
        Self(Arc::new(Inner { resource, bounds, state: Mutex::default() }))
    }

    /// Places for work that never waits for a turn: at most `places` at the same time.
    pub fn without_waiting(resource: &'static str, places: usize) -> Self {
        Self::new(resource, Bounds { at_once: places, waiting: 0, max_turns: MaxTurns::Share })
    }

    /// Takes a place. This never waits.
    ///
    /// # Errors
    /// [`Full`] if the holder has its share or all places are taken. The refusal is counted.
    pub fn take(&self, holder: impl Into<Holder>) -> Result<Place, Full> {
        let holder = holder.into();
        let most = self.0.bounds.at_once.saturating_add(self.0.bounds.waiting);
        let mut state = self.0.lock();
        let free = most.saturating_sub(state.places);
        let has = state.holders.get(&holder).map_or(0, |holder_state| holder_state.places);
        if has >= free {
            drop(state);
            return Err(self.refuse(holder, free));
        }
        state.places += 1;
        state.holders.entry(holder).or_default().places += 1;
        Ok(Place { places: self.clone(), holder })
    }

    fn refuse(&self, holder: Holder, free: usize) -> Full {
        count_refusal(self.0.resource, holder);
        if free == 0 { Full::All } else { Full::Share }
    }
}

impl Place {
    /// Waits for a turn no longer than `limit`.
    ///
    /// # Errors
    /// [`Full`] if no turn came in that time. The refusal is counted.
    pub async fn turn_within(self, limit: Duration) -> Result<Turn, Full> {
        let (places, holder) = (self.places.clone(), self.holder);
        let waited = timeout(limit, self.turn()).await;
        waited.map_err(|_| {
            let free = places.0.bounds.at_once.saturating_sub(places.0.lock().turns);
            places.refuse(holder, free)
        })
    }

    /// Waits for a turn. A wait that is given up leaves nothing behind and returns the place.
    pub async fn turn(self) -> Turn {
        let inner = &self.places.0;
        let waiter = inner.lock().turn_or_wait(self.holder, &inner.bounds);
        if let Some(waiter) = waiter {
            let mut waiting = Waiting { place: &self, waiter, granted: false };
            waiting.waiter.notified().await;
            waiting.granted = true;
        }
        Turn { place: self }
    }
}

/// Cleans up when a waiting future is dropped: withdraws the waiter, or passes on the turn that it was granted.
struct Waiting<'p> {
    place: &'p Place,
    waiter: Arc<Notify>,
    granted: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.granted {
            return;
        }
        let Place { places, holder } = self.place;
        let mut state = places.0.lock();
        if !state.withdraw(*holder, &self.waiter) {
            state.end_turn(*holder, &places.0.bounds);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Place { places, holder } = &self.place;
        places.0.lock().end_turn(*holder, &places.0.bounds);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.places.0.lock();
        state.places -= 1;
        if let Some(holder_state) = state.holders.get_mut(&self.holder) {
            holder_state.places -= 1;
            if holder_state.places == 0 {
                state.holders.remove(&self.holder);
            }
        }
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Gives the holder a turn if one is free for it. Otherwise adds a waiter to its queue and returns it.
    ///
    /// This overtakes no waiter: a turn that a waiter may have is given to it when the turn becomes free.
    fn turn_or_wait(&mut self, holder: Holder, bounds: &Bounds) -> Option<Arc<Notify>> {
        let free = bounds.at_once.saturating_sub(self.turns);
        let holder_state = self.holders.entry(holder).or_default();
        if bounds.max_turns.allows(holder_state.turns, free) {
            holder_state.turns += 1;
            self.turns += 1;
            return None;
        }
        let waiter = Arc::new(Notify::new());
        if holder_state.waiting.is_empty() {
            self.waiting_holders.push_back(holder);
        }
        holder_state.waiting.push_back(Arc::clone(&waiter));
        Some(waiter)
    }

    /// Ends a turn and gives the free turns to waiting holders.
    fn end_turn(&mut self, holder: Holder, bounds: &Bounds) {
        self.turns -= 1;
        if let Some(holder_state) = self.holders.get_mut(&holder) {
            holder_state.turns -= 1;
        }
        let mut passed_over = 0;
        while passed_over < self.waiting_holders.len() {
            let free = bounds.at_once.saturating_sub(self.turns);
            let Some(next) = self.waiting_holders.pop_front() else { return };
            let Some(holder_state) = self.holders.get_mut(&next) else { continue };
            if !bounds.max_turns.allows(holder_state.turns, free) {
                self.waiting_holders.push_back(next);
                passed_over += 1;
            } else if let Some(waiter) = holder_state.waiting.pop_front() {
                holder_state.turns += 1;
                self.turns += 1;
                if !holder_state.waiting.is_empty() {
                    self.waiting_holders.push_back(next);
                }
                waiter.notify_one();
                passed_over = 0;
            }
        }
    }

    /// Takes a waiter out of its holder's queue; `false` if it is not there, because it was given a turn.
    fn withdraw(&mut self, holder: Holder, waiter: &Arc<Notify>) -> bool {
        let Some(holder_state) = self.holders.get_mut(&holder) else { return false };
        let Some(at) = holder_state.waiting.iter().position(|other| Arc::ptr_eq(other, waiter))
        else {
            return false;
        };
        holder_state.waiting.remove(at);
        if holder_state.waiting.is_empty() {
            self.waiting_holders.retain(|waiting| *waiting != holder);
        }
        true
    }
}

impl MaxTurns {
    /// Whether a holder with `has` turns may have one of the `free` turns.
    const fn allows(self, has: usize, free: usize) -> bool {
        match self {
            Self::All => free > 0,
            Self::Share => has < free,
        }
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Places")
            .field("resource", &self.0.resource)
            .field("bounds", &self.0.bounds)
            .finish_non_exhaustive()
    }
}
