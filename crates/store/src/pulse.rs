//! Tells a PostgreSQL that is silent from one that is busy, so that a request is refused early and an honest slow statement is not.

use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::{ConnectOptions, Connection, postgres::PgConnectOptions};
use tokio::{runtime::Handle, sync::Mutex, time::timeout};

use crate::Error;

/// After so long without an answer PostgreSQL is asked for a sign of life; then after twice as long, and so on.
const SUSPICIOUS: Duration = Duration::from_millis(500);
/// The longest between two such questions.
const SELDOM: Duration = Duration::from_secs(4);
/// How long a sign of life may take: a new connection, so that a full pool is not taken for a silent server.
const SIGN: Duration = Duration::from_millis(1_500);
/// While PostgreSQL is silent it is asked this often; requests are refused at once meanwhile.
const PAUSE: Duration = Duration::from_millis(200);

/// The pulse of one PostgreSQL. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Pulse(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: PgConnectOptions,
    runtime: Handle,
    silent: AtomicBool,
    last: Mutex<Option<(Instant, bool)>>,
}

impl Pulse {
    pub(crate) fn of(options: PgConnectOptions, runtime: Handle) -> Self {
        Self(Arc::new(Inner {
            options,
            runtime,
            silent: AtomicBool::new(false),
            last: Mutex::new(None),
        }))
    }

    /// Refuses new work while PostgreSQL is known not to answer.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.0.silent.load(Ordering::Acquire) { Err(Error::Silent) } else { Ok(()) }
    }

    /// Waits for the work for as long as PostgreSQL gives signs of life.
    pub(crate) async fn while_it_lives<T>(
        &self,
        work: impl Future<Output = T>,
    ) -> Result<T, Error> {
        let (mut work, mut patience) = (pin!(work), SUSPICIOUS);
        loop {
            if let Ok(done) = timeout(patience, &mut work).await {
                return Ok(done);
            }
            tokio::select! {
                biased;
                done = &mut work => return Ok(done),
                beats = self.beats() => if !beats { return Err(Error::Silent) },
            }
            patience = SELDOM.min(patience * 2);
        }
    }

    /// The same for so long at most.
    pub(crate) async fn while_it_lives_within<T>(
        &self,
        limit: Duration,
        work: impl Future<Output = T>,
    ) -> Result<T, Error> {
        self.while_it_lives(timeout(limit, work)).await?.map_err(|_| Error::TooSlow)
    }

    /// Whether PostgreSQL answers. Many who ask at once ask it once.
    async fn beats(&self) -> bool {
        let mut last = self.0.last.lock().await;
        if let Some((at, beats)) = *last
            && at.elapsed() < PAUSE
        {
            return beats;
        }
        let beats = sign_of_life(&self.0.options).await;
        *last = Some((Instant::now(), beats));
        drop(last);
        if !beats && !self.0.silent.swap(true, Ordering::AcqRel) {
            tracing::warn!("store.pulse.lost");
            self.0.runtime.spawn(wait_for_life(self.clone()));
        }
        beats
    }
}

/// Asks until there is an answer; nobody else does in the meantime.
async fn wait_for_life(pulse: Pulse) {
    let begun = Instant::now();
    while !sign_of_life(&pulse.0.options).await {
        tokio::time::sleep(PAUSE).await;
    }
    *pulse.0.last.lock().await = None;
    pulse.0.silent.store(false, Ordering::Release);
    tracing::info!(after = ?begun.elapsed(), "store.pulse.found");
}

/// A server that refuses the connection answers too, unless it says that it is starting or stopping.
async fn sign_of_life(options: &PgConnectOptions) -> bool {
    match timeout(SIGN, options.connect()).await {
        Ok(Ok(connection)) => {
            // It has shown what it should; how the good-bye goes does not matter.
            let _closed = timeout(SIGN, connection.close()).await;
            true
        }
        Ok(Err(sqlx::Error::Database(refusal))) => {
            refusal.code().is_none_or(|code| !code.starts_with("57P"))
        }
        Ok(Err(_)) | Err(_) => false,
    }
}
