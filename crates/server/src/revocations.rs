//! Carries out revocations that Redis lacks: all of them in a new generation of Redis, otherwise those that were left unfinished.

use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use domain::{AccountId, SessionPolicy, TenantId};
use session::{Generation, RedisBackend, RedisLink, Revocation, Sessions, Subject};
use store::Store;

/// How often a node looks for unfinished revocations.
const ROUND_INTERVAL: Duration = Duration::from_secs(1);
/// The pause before a failed replay is retried. Until it succeeds no session is valid.
const RETRY_INTERVAL: Duration = Duration::from_millis(100);
/// How often expired rows are deleted.
const SWEEP_INTERVAL: Duration = Duration::from_mins(10);

/// How much longer a revocation is kept than the sessions it ends could last, because clocks differ.
const MARGIN: TimeDelta = TimeDelta::minutes(5);

/// Why a replay or a round was not finished.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// PostgreSQL did not return the revocations, or did not record that they were carried out.
    #[error("the revocations in PostgreSQL cannot be read or updated")]
    Store(#[from] store::Error),
    /// The session store did not carry out a revocation.
    #[error("the session store did not carry out the revocations")]
    Session(#[from] session::Error),
}

/// Replays every revocation if Redis has begun a new generation. If several nodes do so at the same time, the marker of the last one stays.
pub(crate) async fn replay(sessions: &Sessions, store: &Store) -> Result<(), Error> {
    let Some(replay) = sessions.begin_replay().await? else { return Ok(()) };
    let begun = Instant::now();
    let revocations = store.revocations().await?;
    let generation = replay.finish(&revocations).await?;
    let count = revocations.len();
    tracing::info!(revocations = count, elapsed = ?begun.elapsed(), "session.revocation.replayed");
    Ok(store.note_applied(revocations, generation).await?)
}

/// Replays all revocations whenever a generation of Redis ends, and carries out unfinished ones every second, until the process ends.
pub(crate) async fn watch(sessions: Sessions, store: Store, generation: Generation) {
    let mut failing = false;
    let mut swept: Option<Instant> = None;
    loop {
        let failed = match round(&sessions, &store, &mut swept).await {
            Ok(()) => false,
            Err(error) => {
                if !failing {
                    // The error with its causes, on one line.
                    let error = format!("{:#}", anyhow::Error::from(error));
                    tracing::warn!(error, "session.revocation.not_carried_out");
                }
                true
            }
        };
        failing = failed;
        let pause =
            if failed && sessions.generation().is_none() { RETRY_INTERVAL } else { ROUND_INTERVAL };
        // If the generation ends during the pause, the next round begins at once.
        let _ended_early = tokio::time::timeout(pause, generation.ended()).await;
    }
}

async fn round(
    sessions: &Sessions,
    store: &Store,
    swept: &mut Option<Instant>,
) -> Result<(), Error> {
    replay(sessions, store).await?;
    let Some(generation) = sessions.generation() else { return Ok(()) };
    // One tenant's revocation that fails does not delay the others.
    let mut failed = Ok(());
    for revocation in store.unfinished_revocations(&generation).await? {
        failed = failed.and(carry_out(sessions, store, revocation).await);
    }
    if swept.is_none_or(|at| at.elapsed() > SWEEP_INTERVAL) {
        store.sweep_revocations().await?;
        *swept = Some(Instant::now());
    }
    failed
}

/// Returns the session store behind a link, for a command that ends sessions and reads none.
pub(crate) fn sessions_behind(link: RedisLink) -> RedisBackend {
    RedisBackend::new(link, Generation::default())
}

/// Records in PostgreSQL that every session and token of an account is revoked as of now. It does not end them yet.
pub(crate) async fn note_account(
    store: &Store,
    tenant: TenantId,
    account: AccountId,
) -> Result<Revocation, Error> {
    let absolute = SessionPolicy::LONGEST;
    let kept_until = Utc::now() + TimeDelta::from_std(absolute).unwrap_or(TimeDelta::MAX) + MARGIN;
    Ok(store.revoke(tenant, Subject::Account(account), kept_until).await?)
}

/// Ends every session and token that an account has now, on every node.
pub(crate) async fn end_account(
    sessions: &RedisBackend,
    store: &Store,
    tenant: TenantId,
    account: AccountId,
) -> Result<(), Error> {
    let revocation = note_account(store, tenant, account).await?;
    if let Some(generation) = sessions.end(&revocation).await? {
        store.note_applied(vec![revocation], generation).await?;
    }
    Ok(())
}

async fn carry_out(
    sessions: &Sessions,
    store: &Store,
    revocation: Revocation,
) -> Result<(), Error> {
    if let Some(generation) = sessions.revoke(&revocation).await? {
        tracing::debug!(tenant = %revocation.tenant, "session.revocation.carried_out_late");
        store.note_applied(vec![revocation], generation).await?;
    }
    Ok(())
}
