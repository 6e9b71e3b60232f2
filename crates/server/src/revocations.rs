//! Carries out what was revoked and what Redis does not know: after a new life of Redis everything, otherwise what was left half-way.

use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use domain::{AccountId, TenantId};
use session::{Incarnation, Policy, RedisBackend, RedisLink, Revocation, Sessions, Subject};
use store::Store;

/// How often what was left half-way is looked for.
const ROUND: Duration = Duration::from_secs(1);
/// How soon a replay that failed is tried again: until it succeeds nobody is signed in.
const AGAIN: Duration = Duration::from_millis(100);
/// How often rows that have expired are removed.
const SWEEP: Duration = Duration::from_mins(10);

/// Revocations are kept for this much longer than what they end, because clocks differ.
const MARGIN: TimeDelta = TimeDelta::minutes(5);

/// Why a replay or a round was not finished.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The revocations cannot be read or marked.
    #[error("the revocations cannot be read")]
    Store(#[from] store::Error),
    /// Redis cannot be told.
    #[error("the session store cannot be told what was revoked")]
    Session(#[from] session::Error),
}

/// Tells Redis of every revocation if its life is a new one. Nodes that do so at once do the same twice; the mark of the last one stands.
pub(crate) async fn replay(sessions: &Sessions, store: &Store) -> Result<(), Error> {
    let Some(replay) = sessions.begin_replay().await? else { return Ok(()) };
    let begun = Instant::now();
    let revocations = store.revocations().await?;
    let life = replay.finish(&revocations).await?;
    let count = revocations.len();
    tracing::info!(revocations = count, elapsed = ?begun.elapsed(), "session.revocation.replayed");
    Ok(store.note_applied(revocations, life).await?)
}

/// Replays whenever a life of Redis is over, and carries out every second what was left half-way; for as long as the process lives.
pub(crate) async fn watch(sessions: Sessions, store: Store, incarnation: Incarnation) {
    let mut failing = false;
    let mut swept: Option<Instant> = None;
    loop {
        let failed = match round(&sessions, &store, &mut swept).await {
            Ok(()) => false,
            Err(error) => {
                if !failing {
                    let cause = std::error::Error::source(&error).map(ToString::to_string);
                    tracing::warn!(%error, cause, "session.revocation.waiting");
                }
                true
            }
        };
        failing = failed;
        let pause = if failed && sessions.incarnation().is_none() { AGAIN } else { ROUND };
        // Whichever comes first; a life that is over is no reason to wait for the next round.
        let _woken = tokio::time::timeout(pause, incarnation.lost()).await;
    }
}

async fn round(
    sessions: &Sessions,
    store: &Store,
    swept: &mut Option<Instant>,
) -> Result<(), Error> {
    replay(sessions, store).await?;
    let Some(life) = sessions.incarnation() else { return Ok(()) };
    for revocation in store.late_revocations(&life).await? {
        carry_out(sessions, store, revocation).await?;
    }
    if swept.is_none_or(|at| at.elapsed() > SWEEP) {
        store.sweep_revocations().await?;
        *swept = Some(Instant::now());
    }
    Ok(())
}

/// The sessions in this Redis, for a command that ends some and reads none.
pub(crate) fn sessions_behind(link: RedisLink) -> RedisBackend {
    RedisBackend::new(link, Incarnation::default())
}

/// Notes in PostgreSQL that every session and every token of an account has to end, as of now. Nothing has ended yet.
pub(crate) async fn note_account(
    store: &Store,
    tenant: TenantId,
    account: AccountId,
) -> Result<Revocation, Error> {
    let absolute = Policy::default().absolute;
    let kept_until = Utc::now() + TimeDelta::from_std(absolute).unwrap_or(TimeDelta::MAX) + MARGIN;
    Ok(store.revoke(tenant, Subject::Account(account), kept_until).await?)
}

/// Ends every session and every token of an account that was begun by now, on every node.
pub(crate) async fn end_account(
    sessions: &RedisBackend,
    store: &Store,
    tenant: TenantId,
    account: AccountId,
) -> Result<(), Error> {
    let revocation = note_account(store, tenant, account).await?;
    if let Some(life) = sessions.end(&revocation).await? {
        store.note_applied(vec![revocation], life).await?;
    }
    Ok(())
}

async fn carry_out(
    sessions: &Sessions,
    store: &Store,
    revocation: Revocation,
) -> Result<(), Error> {
    if let Some(life) = sessions.revoke(&revocation).await? {
        tracing::debug!(tenant = %revocation.tenant, "session.revocation.carried_out_late");
        store.note_applied(vec![revocation], life).await?;
    }
    Ok(())
}
