//! Tests of the hashing pool: right and wrong passwords, floods, and the shares of tenants.

use std::sync::mpsc;

use futures_util::future::join_all;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::*;

const ACME: TenantId = TenantId::from_uuid(Uuid::from_u128(1));
const BETACO: TenantId = TenantId::from_uuid(Uuid::from_u128(2));

fn pool(threads: usize, queue: usize) -> Passwords {
    Passwords::start(HashingLimits { threads: NonZeroUsize::new(threads).unwrap(), queue }).unwrap()
}

fn all_places(pool: &Passwords, tenant: TenantId) -> Vec<HashingPlace> {
    std::iter::from_fn(|| pool.place(tenant).ok()).collect()
}

#[tokio::test]
async fn a_right_password_is_accepted_and_a_wrong_one_is_not() {
    let pool = pool(1, 4);
    let stored =
        pool.place(ACME).unwrap().hash(NewPassword::parse("correct horse").unwrap()).await.unwrap();
    let verify = async |password: &str| {
        let place = pool.place(ACME).unwrap();
        place.verify(password.to_owned(), Some(stored.clone())).await.unwrap()
    };
    assert!(verify("correct horse").await);
    assert!(!verify("wrong").await);
}

const COMPOSED: &str = "p\u{e4}ssw\u{f6}rd-\u{fc}";
const DECOMPOSED: &str = "pa\u{308}sswo\u{308}rd-u\u{308}";

/// G2: a password is accepted in any Unicode form that a keyboard sends.
#[tokio::test]
async fn a_password_is_accepted_in_either_unicode_form() {
    let pool = pool(1, 4);
    for set in [COMPOSED, DECOMPOSED] {
        let new = NewPassword::parse(set).unwrap();
        let stored = pool.place(ACME).unwrap().hash(new).await.unwrap();
        let verify = async |typed: &str| {
            let place = pool.place(ACME).unwrap();
            place.verify(typed.to_owned(), Some(stored.clone())).await.unwrap()
        };
        assert!(verify(COMPOSED).await && verify(DECOMPOSED).await);
        assert!(!verify("passwo\u{308}rd-u").await);
    }
}

/// G2: a hash of the typed form, from before passwords were normalized, is still accepted for the typed form.
#[tokio::test]
async fn a_hash_of_the_typed_form_is_still_accepted() {
    let stored = hash(DECOMPOSED.as_bytes(), &mut working_memory()).unwrap();
    let place = pool(1, 4).place(ACME).unwrap();
    assert!(place.verify(DECOMPOSED.to_owned(), Some(stored)).await.unwrap());
}

#[tokio::test]
async fn every_password_of_an_unknown_user_is_refused() {
    let place = pool(1, 4).place(ACME).unwrap();
    assert!(!place.verify("nobody has this password".to_owned(), None).await.unwrap());
}

/// O7, G3: a flood at one tenant gets half of the places, and the rest of it is refused. Every place of another tenant is served.
#[tokio::test]
async fn a_flood_at_one_tenant_is_refused_beyond_its_share() {
    let pool = pool(1, 7);
    let flood = all_places(&pool, ACME);
    assert_eq!(flood.len(), 4);
    assert!(matches!(pool.place(ACME), Err(Error::Busy(Full::Share))));
    let others = [pool.place(BETACO).unwrap(), pool.place(BETACO).unwrap()];
    let all = flood.into_iter().chain(others);
    let answers = join_all(all.map(|place| place.verify("a".to_owned(), None))).await;
    assert!(answers.iter().all(|answer| matches!(answer, Ok(false))), "{answers:?}");
    assert!(pool.place(ACME).is_ok(), "a place is given back with the answer");
}

/// Holds a thread until the sender is used or dropped.
fn block_thread(pool: &Passwords) -> (mpsc::Sender<()>, JoinHandle<Result<(), Error>>) {
    let (release, held) = mpsc::channel::<()>();
    let place = pool.place(ACME).unwrap();
    let holding = place.compute(move |_| {
        let _released = held.recv();
        Ok(())
    });
    (release, tokio::spawn(holding))
}

/// G3: behind one busy thread, another tenant's password is checked second at the latest, however many requests of the flood wait.
#[tokio::test]
async fn the_threads_serve_waiting_tenants_in_turn() {
    let pool = pool(1, 60);
    let (release, holding) = block_thread(&pool);
    let (done, order) = mpsc::channel();
    let mut jobs = Vec::new();
    for tenant in [[ACME; 20].as_slice(), &[BETACO]].concat() {
        let (place, done) = (pool.place(tenant).unwrap(), done.clone());
        jobs.push(tokio::spawn(place.compute(move |_| {
            done.send(tenant).unwrap();
            Ok(())
        })));
    }
    // The test runs on one thread, so every task has asked for its turn before this loop ends.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    drop(release);
    holding.await.unwrap().unwrap();
    for job in jobs {
        job.await.unwrap().unwrap();
    }
    let order: Vec<TenantId> = order.try_iter().collect();
    assert_eq!(order.len(), 21);
    let at = order.iter().position(|tenant| *tenant == BETACO).unwrap();
    assert!(at <= 1, "BetaCo was served after {at} of Acme");
}

/// G3: a cancelled request returns its place, whether it waits, is about to run or runs.
#[tokio::test]
async fn a_cancelled_request_returns_its_place() {
    let pool = pool(1, 3);
    let (release, holding) = block_thread(&pool);
    tokio::task::yield_now().await;
    let waiting = tokio::spawn(pool.place(ACME).unwrap().verify("a".to_owned(), None));
    tokio::task::yield_now().await;
    assert!(pool.place(ACME).is_err());
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    assert!(pool.place(ACME).is_ok());
    holding.abort();
    assert!(holding.await.unwrap_err().is_cancelled());
    let next = pool.place(ACME).unwrap().verify("a".to_owned(), None);
    drop(release);
    assert!(!next.await.unwrap());
}

#[tokio::test]
async fn a_very_long_password_is_refused_before_any_work() {
    let place = pool(1, 1).place(ACME).unwrap();
    let answer = place.verify("a".repeat(MAX_PASSWORD_BYTES + 1), None).await;
    assert!(matches!(answer, Err(Error::TooLong)));
}
