//! Tests of places: random interleavings, floods, waits that are given up.

use std::{
    collections::HashSet,
    pin::Pin,
    sync::atomic::{AtomicUsize, Ordering},
    task::{Context, Poll, Waker},
};

use domain::TenantId;
use futures_util::future::join_all;
use uuid::Uuid;

use super::*;

fn tenant(number: u128) -> Holder {
    Holder::Tenant(TenantId::from_uuid(Uuid::from_u128(number)))
}

fn places(at_once: usize, waiting: usize, max_turns: MaxTurns) -> Places {
    Places::new("test", Bounds { at_once, waiting, max_turns })
}

type PendingTurn = Pin<Box<dyn Future<Output = Turn>>>;

/// Polls a wait once.
fn poll(asking: &mut PendingTurn) -> Option<Turn> {
    match asking.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(turn) => Some(turn),
        Poll::Pending => None,
    }
}

fn pending_turn(place: Place) -> PendingTurn {
    Box::pin(place.turn())
}

/// Everything that a test holds, each with its holder.
#[derive(Default)]
struct World {
    placed: Vec<(Holder, Place)>,
    asking: Vec<(Holder, PendingTurn)>,
    turns: Vec<(Holder, Turn)>,
}

impl World {
    /// Moves granted waits to the turns.
    fn poll(&mut self) {
        let mut still = Vec::new();
        for (holder, mut asking) in self.asking.drain(..) {
            match poll(&mut asking) {
                Some(turn) => self.turns.push((holder, turn)),
                None => still.push((holder, asking)),
            }
        }
        self.asking = still;
    }

    fn turns_of(&self, holder: Holder) -> usize {
        self.turns.iter().filter(|(of, _)| *of == holder).count()
    }
}

/// xorshift64: the same numbers in every run.
struct RandomNumbers(u64);

impl RandomNumbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound).unwrap()).unwrap()
    }
}

fn check(places: &Places, world: &World) {
    let bounds = places.0.bounds;
    let all = world.placed.len() + world.asking.len() + world.turns.len();
    assert!(all <= bounds.at_once + bounds.waiting, "{all} places");
    assert!(world.turns.len() <= bounds.at_once, "{} turns", world.turns.len());
    // A waiter that could have a turn has been given it by now; otherwise a wake-up was lost.
    let free = bounds.at_once - world.turns.len();
    for (holder, _) in &world.asking {
        assert!(
            !bounds.max_turns.allows(world.turns_of(*holder), free),
            "{holder} waits although a turn is free"
        );
    }
    let state = places.0.lock();
    let idle = world.placed.iter().map(|(holder, _)| *holder);
    let waiting: HashSet<Holder> = world.asking.iter().map(|(holder, _)| *holder).collect();
    let turns = world.turns.iter().map(|(holder, _)| *holder);
    let known: HashSet<Holder> = idle.chain(waiting.iter().copied()).chain(turns).collect();
    assert_eq!(state.holders.keys().copied().collect::<HashSet<_>>(), known);
    assert_eq!((state.places, state.turns), (all, world.turns.len()));
    assert_eq!(
        state.waiting_holders.len(),
        waiting.len(),
        "each waiting holder stands in the ring once"
    );
    assert_eq!(state.waiting_holders.iter().copied().collect::<HashSet<_>>(), waiting);
}

/// G3: in any order of operations, the bounds hold, no wake-up is lost, and dropped places leave nothing behind.
#[test]
fn random_interleavings_keep_every_bound() {
    for seed in 1..200_u64 {
        let mut random = RandomNumbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let max_turns = if seed % 2 == 0 { MaxTurns::All } else { MaxTurns::Share };
        let places = places(1 + random.below(5), random.below(8), max_turns);
        let mut world = World::default();
        for _ in 0..300 {
            match random.below(6) {
                0 | 1 => {
                    let holder = tenant(u128::try_from(random.below(4)).unwrap());
                    let all = world.placed.len() + world.asking.len() + world.turns.len();
                    let free = places.0.bounds.at_once + places.0.bounds.waiting - all;
                    match places.take(holder) {
                        Ok(place) => world.placed.push((holder, place)),
                        Err(full) => assert_eq!(full == Full::All, free == 0),
                    }
                }
                2 | 3 if !world.placed.is_empty() => {
                    let (holder, place) =
                        world.placed.swap_remove(random.below(world.placed.len()));
                    world.asking.push((holder, pending_turn(place)));
                    // A wait begins with its first poll; until then it is only a place.
                    world.poll();
                }
                // Cancelled: before it waits, while it waits, or after it was granted and before it is polled again.
                4 if !world.asking.is_empty() => {
                    if random.below(2) == 0 && !world.turns.is_empty() {
                        drop(world.turns.swap_remove(random.below(world.turns.len())));
                    }
                    drop(world.asking.swap_remove(random.below(world.asking.len())));
                }
                5 if !world.turns.is_empty() => {
                    drop(world.turns.swap_remove(random.below(world.turns.len())));
                }
                _ if !world.placed.is_empty() => {
                    drop(world.placed.swap_remove(random.below(world.placed.len())));
                }
                _ => {}
            }
            world.poll();
            check(&places, &world);
        }
        drop(world);
        let state = places.0.lock();
        assert_eq!((state.places, state.turns), (0, 0));
        assert!(
            state.holders.is_empty() && state.waiting_holders.is_empty(),
            "nothing is remembered"
        );
    }
}

/// O7, G3: a flood gets half of the places, and a tenant without a place gets one.
#[test]
fn a_flood_takes_half_of_the_places() {
    let places = places(2, 8, MaxTurns::Share);
    let flood: Vec<_> = std::iter::from_fn(|| places.take(tenant(1)).ok()).collect();
    assert_eq!(flood.len(), 5);
    assert_eq!(places.take(tenant(1)).err(), Some(Full::Share));
    let others: Vec<_> = (2..5).map(|number| places.take(tenant(number)).unwrap()).collect();
    assert!(places.take(tenant(5)).is_ok());
    drop((flood, others));
    assert!(places.0.lock().holders.is_empty());
}

/// G3: the share of a flooding tenant shrinks while others need places, and grows again when they are gone.
#[test]
fn two_floods_settle_at_a_third_each() {
    let places = places(30, 0, MaxTurns::Share);
    let mut first: Vec<_> = std::iter::from_fn(|| places.take(tenant(1)).ok()).collect();
    let mut second: Vec<_> = std::iter::from_fn(|| places.take(tenant(2)).ok()).collect();
    assert_eq!(first.len(), 15);
    for _ in 0..100 {
        // Each tenant ends one unit of work and begins as many as allowed.
        for (number, flood) in [(1, &mut first), (2, &mut second)] {
            flood.pop();
            flood.extend(std::iter::from_fn(|| places.take(tenant(number)).ok()));
        }
    }
    assert_eq!((first.len(), second.len()), (10, 10));
    drop(second);
    first.extend(std::iter::from_fn(|| places.take(tenant(1)).ok()));
    assert_eq!(first.len(), 15);
}

/// G3: with long turns, a flooding tenant leaves as many turns free as it has, so another tenant does not wait.
#[test]
fn another_tenant_finds_a_free_turn_during_a_flood() {
    let places = places(4, 100, MaxTurns::Share);
    let mut flood: Vec<PendingTurn> =
        (0..20).map(|_| pending_turn(places.take(tenant(1)).unwrap())).collect();
    let granted: Vec<Turn> = flood.iter_mut().filter_map(poll).collect();
    assert_eq!(granted.len(), 2);
    let mut newcomer = pending_turn(places.take(tenant(2)).unwrap());
    assert!(poll(&mut newcomer).is_some());
}

/// G3: with short turns, a flooding tenant may have all of them. Another tenant gets the second turn that ends, however many of the flood wait.
#[test]
fn waiting_tenants_get_turns_in_order() {
    let places = places(2, 100, MaxTurns::All);
    let mut flood: Vec<PendingTurn> =
        (0..40).map(|_| pending_turn(places.take(tenant(1)).unwrap())).collect();
    let mut running: Vec<Turn> = flood.iter_mut().filter_map(poll).collect();
    assert_eq!(running.len(), 2);
    flood.drain(..2);
    let mut newcomer = pending_turn(places.take(tenant(2)).unwrap());
    assert!(poll(&mut newcomer).is_none());
    drop(running.pop());
    assert!(poll(&mut newcomer).is_none(), "the flood stood in the ring first");
    drop(running.pop());
    assert!(poll(&mut newcomer).is_some());
}

/// G3: a client that disconnects while it waits, or just after its turn was granted, takes nothing from the others.
#[test]
fn a_cancelled_wait_passes_its_turn_on() {
    let places = places(1, 10, MaxTurns::All);
    let mut first = pending_turn(places.take(tenant(1)).unwrap());
    let turn = poll(&mut first).unwrap();
    let mut waiting: Vec<PendingTurn> =
        (1..5).map(|number| pending_turn(places.take(tenant(number)).unwrap())).collect();
    assert!(waiting.iter_mut().all(|asking| poll(asking).is_none()));
    drop(waiting.remove(0));
    assert_eq!(places.0.lock().waiting_holders.len(), 3);
    drop(turn);
    // The turn was granted to the next waiter, which is dropped before it was polled.
    drop(waiting.remove(0));
    let last: Vec<Option<Turn>> = waiting.iter_mut().map(poll).collect();
    assert!(last[0].is_some() && last[1].is_none());
}

/// G3: with real threads, never more units run than allowed, and every wait ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_threads_keep_the_bound_and_lose_no_wake_up() {
    let places = places(3, 4_000, MaxTurns::Share);
    let (running, most, done) =
        (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), AtomicUsize::new(0));
    let units = (0..1_000_u128).map(|number| {
        let (places, running, most) = (places.clone(), Arc::clone(&running), Arc::clone(&most));
        let place = places.take(tenant(number % 7)).unwrap();
        tokio::spawn(async move {
            let turn = if number % 5 == 0 {
                // Cancelled at once, granted or not.
                let mut asking = Box::pin(place.turn());
                let asked = asking.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                let Poll::Ready(turn) = asked else { return };
                turn
            } else {
                place.turn().await
            };
            let now = running.fetch_add(1, Ordering::SeqCst) + 1;
            most.fetch_max(now, Ordering::SeqCst);
            tokio::task::yield_now().await;
            running.fetch_sub(1, Ordering::SeqCst);
            drop(turn);
        })
    });
    for unit in join_all(units).await {
        unit.unwrap();
        done.fetch_add(1, Ordering::SeqCst);
    }
    assert_eq!(done.into_inner(), 1_000);
    assert!((1..=3).contains(&most.load(Ordering::SeqCst)));
    assert!(places.0.lock().holders.is_empty());
}
