//! The bounded pool that hashes and does the arithmetic of SRP: a sign-in flood fills its queue and is shed; it never takes the request workers' time.

use std::{num::NonZeroUsize, sync::Arc, thread, time::Duration};

use argon2::Block;
use chrono::{DateTime, Utc};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use domain::{AccountId, PoolId};
use seal::Seals;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::{
    HashFailed, MAX_PASSWORD_BYTES, PasswordHash, UnreadableHash,
    hash::{hash, verify, working_memory},
    srp::{Asked, Challenge, NotMade, Verifier},
};

/// How long a thread without work keeps its memory. Getting it again takes time, so it is not given back after each hash.
const KEPT: Duration = Duration::from_secs(2);

/// How much hashing may go on at once.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Threads, each with its own 19 MiB while there is work.
    pub threads: NonZeroUsize,
    /// Sign-ins that may wait for a thread; the next one is refused.
    pub queue: usize,
}

impl Default for Limits {
    /// All cores but one, at least one thread; a queue of 32, about one second of waiting per thread.
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self { threads: NonZeroUsize::new(cores - 1).unwrap_or(NonZeroUsize::MIN), queue: 32 }
    }
}

/// Why a password was neither accepted nor refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The queue is full; try again in a second or two.
    #[error("too many passwords are waiting to be checked")]
    Busy,
    /// The password is longer than [`MAX_PASSWORD_BYTES`].
    #[error("the password is longer than {MAX_PASSWORD_BYTES} bytes")]
    TooLong,
    /// The stored hash is unreadable.
    #[error(transparent)]
    Unreadable(#[from] UnreadableHash),
    /// No hash could be made.
    #[error(transparent)]
    Failed(#[from] HashFailed),
    /// No verifier or challenge of SRP could be made.
    #[error(transparent)]
    Srp(#[from] NotMade),
    /// The pool is gone.
    #[error("the hashing threads have stopped")]
    Stopped,
}

/// A place in the queue, given back when the password is checked or nobody waits for it any more.
pub struct Place<'a> {
    passwords: &'a Passwords,
    _permit: OwnedSemaphorePermit,
}

impl Place<'_> {
    /// As [`Passwords::verify`].
    ///
    /// # Errors
    /// As [`Passwords::verify`].
    pub async fn verify(
        self,
        password: String,
        stored: Option<PasswordHash>,
    ) -> Result<bool, Error> {
        self.passwords.verify(password, stored).await
    }

    /// As [`Passwords::srp_challenge`].
    ///
    /// # Errors
    /// As [`Passwords::srp_challenge`].
    pub async fn srp_challenge(
        self,
        seals: Seals,
        asked: Asked,
        now: DateTime<Utc>,
    ) -> Result<Challenge, Error> {
        self.passwords.srp_challenge(seals, asked, now).await
    }
}

type Job = Box<dyn FnOnce(&mut [Block]) + Send>;

/// Hashes and checks passwords on threads of its own. Clones share the pool.
#[derive(Clone)]
pub struct Passwords {
    jobs: Sender<Job>,
    places: Arc<Semaphore>,
    /// What an unknown person's password is checked against, so that a refusal takes the same time (ASVS 6.3.8).
    nobody: PasswordHash,
}

impl Passwords {
    /// Starts the threads.
    ///
    /// # Errors
    /// [`Error::Failed`] if a thread or the first hash cannot be made.
    pub fn start(limits: Limits) -> Result<Self, Error> {
        let (jobs, queue) = bounded(limits.queue);
        let threads = u32::try_from(limits.threads.get()).unwrap_or(u32::MAX);
        metrics::gauge!("watertight_hashing_threads", "state" => "limit").set(threads);
        for number in 0..limits.threads.get() {
            let queue = queue.clone();
            let named = thread::Builder::new().name(format!("hash-{number}"));
            named.spawn(move || work(&queue)).map_err(|_| HashFailed)?;
        }
        let nobody = hash(b"nobody has this password", &mut working_memory())?;
        let places = Arc::new(Semaphore::new(limits.threads.get() + limits.queue));
        Ok(Self { jobs, places, nobody })
    }

    /// A place in the queue. Whoever must ask somebody else before a password can be checked takes it first, so that a flood is shed before it asks.
    ///
    /// # Errors
    /// [`Error::Busy`] when the queue is full.
    pub fn place(&self) -> Result<Place<'_>, Error> {
        let permit = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Error::Busy)?;
        Ok(Place { passwords: self, _permit: permit })
    }

    /// Whether the password belongs to the stored hash. Without a stored hash (an unknown person) the same work is done and the answer is no.
    ///
    /// # Errors
    /// [`Error::Busy`] when the queue is full; the others as they say.
    #[tracing::instrument(level = "debug", name = "credential.password.verify", skip_all)]
    pub async fn verify(
        &self,
        password: String,
        stored: Option<PasswordHash>,
    ) -> Result<bool, Error> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.clone());
        let right = self
            .run(password, move |password, memory| Ok(verify(password, &stored, memory)?))
            .await?;
        Ok(right && known)
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// As [`Passwords::verify`].
    #[tracing::instrument(level = "debug", name = "credential.password.hash", skip_all)]
    pub async fn hash(&self, password: String) -> Result<PasswordHash, Error> {
        self.run(password, |password, memory| Ok(hash(password, memory)?)).await
    }

    /// Makes the SRP verifier of a new password, for a pool that asks for SRP.
    ///
    /// # Errors
    /// As [`Passwords::verify`].
    #[tracing::instrument(level = "debug", name = "credential.srp.verifier", skip_all)]
    pub async fn srp_verifier(
        &self,
        pool: PoolId,
        account: AccountId,
        password: String,
    ) -> Result<Verifier, Error> {
        self.run(password, move |password, _| Ok(Verifier::of_password(pool, account, password)?))
            .await
    }

    /// Answers the first step of SRP. It waits and is shed like a password, because its numbers take as long as a cheap one; the second step costs nothing.
    ///
    /// # Errors
    /// [`Error::Busy`] when the queue is full; the others as they say.
    #[tracing::instrument(level = "debug", name = "credential.srp.challenge", skip_all)]
    pub async fn srp_challenge(
        &self,
        seals: Seals,
        asked: Asked,
        now: DateTime<Utc>,
    ) -> Result<Challenge, Error> {
        self.compute(move |_| Ok(Challenge::begin(&seals, &asked, now)?)).await
    }

    async fn run<T: Send + 'static>(
        &self,
        password: String,
        work: impl FnOnce(&[u8], &mut [Block]) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        if password.len() > MAX_PASSWORD_BYTES {
            return Err(Error::TooLong);
        }
        self.compute(move |memory| work(password.as_bytes(), memory)).await
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut [Block]) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |memory| {
            // Whoever asked may have gone while the job waited; then the work is not done.
            if !reply.is_closed() {
                let _gone = reply.send(work(memory));
            }
        });
        let waiting = metrics::gauge!("watertight_hashing_queue");
        waiting.increment(1);
        self.jobs.try_send(job).map_err(|error| {
            waiting.decrement(1);
            match error {
                TrySendError::Full(_) => {
                    metrics::counter!("watertight_hashing_refused_total").increment(1);
                    Error::Busy
                }
                TrySendError::Disconnected(_) => Error::Stopped,
            }
        })?;
        answer.await.map_err(|_| Error::Stopped)?
    }
}

fn work(queue: &Receiver<Job>) {
    while let Ok(first) = queue.recv() {
        let mut memory = working_memory();
        let mut next = Ok(first);
        while let Ok(job) = next {
            metrics::gauge!("watertight_hashing_queue").decrement(1);
            let busy = metrics::gauge!("watertight_hashing_threads", "state" => "busy");
            busy.increment(1);
            job(&mut memory);
            busy.decrement(1);
            next = queue.recv_timeout(KEPT);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(queue: usize) -> Passwords {
        Passwords::start(Limits { threads: NonZeroUsize::MIN, queue }).unwrap()
    }

    #[tokio::test]
    async fn a_right_password_is_accepted_and_a_wrong_one_is_not() {
        let pool = pool(4);
        let stored = pool.hash("correct horse".to_owned()).await.unwrap();
        assert!(pool.verify("correct horse".to_owned(), Some(stored.clone())).await.unwrap());
        assert!(!pool.verify("wrong".to_owned(), Some(stored)).await.unwrap());
    }

    #[tokio::test]
    async fn an_unknown_person_has_no_right_password() {
        assert!(!pool(4).verify("nobody has this password".to_owned(), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_flood_is_shed_and_those_inside_are_served() {
        let pool = pool(2);
        let flood = (0..40).map(|_| pool.verify("a".to_owned(), None));
        let answers = futures_util::future::join_all(flood).await;
        let shed = answers.iter().filter(|answer| matches!(answer, Err(Error::Busy))).count();
        let served = answers.iter().filter(|answer| matches!(answer, Ok(false))).count();
        assert!(shed > 0 && served >= 2 && shed + served == 40, "{shed} shed, {served} served");
    }

    /// O7: a place is taken before anybody else is asked, and there are no more of them than sign-ins may wait.
    #[tokio::test]
    async fn there_are_as_many_places_as_may_wait() {
        let pool = pool(2);
        let taken: Vec<_> = (0..3).map(|_| pool.place().unwrap()).collect();
        assert!(matches!(pool.place().err(), Some(Error::Busy)));
        drop(taken);
        assert!(!pool.place().unwrap().verify("a".to_owned(), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_very_long_password_is_refused_before_any_work() {
        let answer = pool(1).verify("a".repeat(MAX_PASSWORD_BYTES + 1), None).await;
        assert!(matches!(answer, Err(Error::TooLong)));
    }
}
