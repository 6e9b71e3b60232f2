//! The bounded thread pool for password hashes and SRP arithmetic. Each tenant has a share of its queue, and waiting tenants are served in turn.

use std::{num::NonZeroUsize, thread, time::Duration};

use argon2::Block;
use chrono::{DateTime, Utc};
use crossbeam_channel::{Receiver, Sender, unbounded};
use domain::{AccountId, PoolId, TenantId};
use metrics::Gauge;
use seal::Seals;
use share::{Bounds, Full, MaxTurns, Places, Turn};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::{
    HashingError, InvalidHash, MAX_PASSWORD_BYTES, NewPassword, PasswordHash,
    hash::{hash, verify, working_memory},
    new_password::normalized,
    srp::{Challenge, ChallengeError, ChallengeInput, Verifier},
};

/// How long an idle thread keeps its memory. Allocating it takes time, so it is not freed after each hash.
const MEMORY_KEPT_FOR: Duration = Duration::from_secs(2);

/// The bounds of the pool.
#[derive(Clone, Copy, Debug)]
pub struct HashingLimits {
    /// The number of threads. Each uses 19 MiB while it has work.
    pub threads: NonZeroUsize,
    /// The number of requests that may wait for a thread; one more is refused. One tenant gets at most half of threads and queue together.
    pub queue: usize,
}

impl Default for HashingLimits {
    /// All cores but one, at least one thread; a queue of 32, about one second of waiting per thread.
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self { threads: NonZeroUsize::new(cores - 1).unwrap_or(NonZeroUsize::MIN), queue: 32 }
    }
}

/// The reason why a password was not checked or hashed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The tenant has its share of the queue, or the queue is full. Trying again after a second or two may succeed.
    #[error("too many requests are waiting for a password check")]
    Busy(#[from] Full),
    /// The password is longer than [`MAX_PASSWORD_BYTES`].
    #[error("the password is longer than {MAX_PASSWORD_BYTES} bytes")]
    TooLong,
    /// The stored text is not an argon2id hash that this server accepts.
    #[error(transparent)]
    Unreadable(#[from] InvalidHash),
    /// No salt could be drawn, or a thread could not be started.
    #[error(transparent)]
    Failed(#[from] HashingError),
    /// No SRP verifier or challenge could be computed.
    #[error(transparent)]
    Srp(#[from] ChallengeError),
    /// The threads of the pool have stopped.
    #[error("the hashing threads have stopped")]
    Stopped,
}

/// A tenant's place in the queue for one piece of work. It is free again when the work is done or the request is cancelled.
pub struct HashingPlace {
    passwords: Passwords,
    place: share::Place,
}

type Job = Box<dyn FnOnce(&mut [Block]) + Send>;

/// Hashes and checks passwords on its own threads. Clones share the pool.
#[derive(Clone)]
pub struct Passwords {
    jobs: Sender<Job>,
    places: Places,
    /// The hash that is checked for an unknown account, so that the refusal takes the same time (ASVS 6.3.8).
    dummy_hash: PasswordHash,
}

impl Passwords {
    /// Starts the threads.
    ///
    /// # Errors
    /// [`Error::Failed`] if a thread or the first hash cannot be made.
    pub fn start(limits: HashingLimits) -> Result<Self, Error> {
        // The channel needs no bound: a job is sent only with a turn, and there are as many turns as threads.
        let (jobs, queue) = unbounded();
        let threads = u32::try_from(limits.threads.get()).unwrap_or(u32::MAX);
        metrics::gauge!("watertight_hashing_threads", "state" => "limit").set(threads);
        for number in 0..limits.threads.get() {
            let queue = queue.clone();
            let named = thread::Builder::new().name(format!("hash-{number}"));
            named.spawn(move || work(&queue)).map_err(|_| HashingError)?;
        }
        let dummy_hash = hash(b"nobody has this password", &mut working_memory())?;
        // A hash takes a known time, so one tenant may use all threads while no other waits.
        let bounds = Bounds {
            at_once: limits.threads.get(),
            waiting: limits.queue,
            max_turns: MaxTurns::All,
        };
        Ok(Self { jobs, places: Places::new("hashing", bounds), dummy_hash })
    }

    /// Takes a place in the queue for a tenant. A request takes it before it uses PostgreSQL or Redis, so that a flood is refused before it costs them
    /// anything.
    ///
    /// # Errors
    /// [`Error::Busy`] if the tenant has its share of the queue, or the queue is full.
    pub fn place(&self, tenant: TenantId) -> Result<HashingPlace, Error> {
        Ok(HashingPlace { passwords: self.clone(), place: self.places.take(tenant)? })
    }
}

impl HashingPlace {
    /// Returns whether the password matches the stored hash. Without a stored hash (an unknown account) it does the same work and returns `false`.
    ///
    /// Passwords are checked in NFC, the form in which new ones are hashed. If the typed form differs, it is checked second, for older hashes of the typed
    /// form. A wrong password and an unknown account then cost the same two hashes.
    ///
    /// # Errors
    /// [`Error::TooLong`] before any work; [`Error::Unreadable`] if the stored hash cannot be used.
    #[tracing::instrument(level = "debug", name = "credential.password.verify", skip_all)]
    pub async fn verify(
        self,
        password: String,
        stored: Option<PasswordHash>,
    ) -> Result<bool, Error> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.passwords.dummy_hash.clone());
        if password.len() > MAX_PASSWORD_BYTES {
            return Err(Error::TooLong);
        }
        let normal = normalized(&password);
        let typed = (*normal != password).then_some(password);
        let forms = [Some(normal), typed.map(Zeroizing::new)];
        let right = self.compute(move |memory| {
            for form in forms.into_iter().flatten() {
                if verify(form.as_bytes(), &stored, memory)? {
                    return Ok(true);
                }
            }
            Ok(false)
        });
        Ok(right.await? && known)
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// [`Error::Failed`] if no salt can be drawn; [`Error::Stopped`] if the pool's threads have stopped.
    #[tracing::instrument(level = "debug", name = "credential.password.hash", skip_all)]
    pub async fn hash(self, password: NewPassword) -> Result<PasswordHash, Error> {
        self.compute(move |memory| Ok(hash(password.as_str().as_bytes(), memory)?)).await
    }

    /// Computes the SRP verifier of a new password, for a pool that uses SRP.
    ///
    /// # Errors
    /// [`Error::Srp`] if no salt can be drawn; [`Error::Stopped`] if the pool's threads have stopped.
    #[tracing::instrument(level = "debug", name = "credential.srp.verifier", skip_all)]
    pub async fn srp_verifier(
        self,
        pool: PoolId,
        account: AccountId,
        password: NewPassword,
    ) -> Result<Verifier, Error> {
        let made = self.compute(move |_| {
            Ok(Verifier::of_password(pool, account, password.as_str().as_bytes())?)
        });
        made.await
    }

    /// Computes the challenge of SRP's first step. It queues like a password check, because it costs as much as a cheap one; the second step costs almost
    /// nothing.
    ///
    /// # Errors
    /// [`Error::Srp`] if no challenge can be computed.
    #[tracing::instrument(level = "debug", name = "credential.srp.challenge", skip_all)]
    pub async fn srp_challenge(
        self,
        seals: Seals,
        asked: ChallengeInput,
        now: DateTime<Utc>,
    ) -> Result<Challenge, Error> {
        self.compute(move |_| Ok(Challenge::begin(&seals, &asked, now)?)).await
    }

    async fn compute<T: Send + 'static>(
        self,
        work: impl FnOnce(&mut [Block]) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let Self { passwords, place } = self;
        let turn = {
            let _counted = Counted::in_gauge(metrics::gauge!("watertight_hashing_queue"));
            place.turn().await
        };
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |memory| {
            // The turn ends with the work, not with the request: until then the thread is busy.
            let turn: Turn = turn;
            // The request may have been cancelled while the job waited; then the work is skipped.
            if !reply.is_closed() {
                let answer = work(memory);
                drop(turn);
                let _gone = reply.send(answer);
            }
        });
        passwords.jobs.send(job).map_err(|_| Error::Stopped)?;
        answer.await.map_err(|_| Error::Stopped)?
    }
}

/// Counts one unit in a gauge until it is dropped.
struct Counted(Gauge);

impl Counted {
    fn in_gauge(gauge: Gauge) -> Self {
        gauge.increment(1);
        Self(gauge)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

fn work(queue: &Receiver<Job>) {
    while let Ok(first) = queue.recv() {
        let mut memory = working_memory();
        let mut next = Ok(first);
        while let Ok(job) = next {
            let busy =
                Counted::in_gauge(metrics::gauge!("watertight_hashing_threads", "state" => "busy"));
            job(&mut memory);
            drop(busy);
            next = queue.recv_timeout(MEMORY_KEPT_FOR);
        }
    }
}

#[cfg(test)]
#[path = "pool_tests.rs"]
mod tests;
