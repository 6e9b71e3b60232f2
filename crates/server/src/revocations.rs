//! Carries out revocations that Redis lacks: all of them in a new generation of Redis, otherwise those that were left unfinished.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use chrono::Utc;
use domain::{AccountId, TenantId};
use session::{Generation, RedisBackend, RedisLink, Revocation, Sessions, Subject};
use store::Store;

/// How often a node looks for unfinished revocations.
const ROUND_INTERVAL: Duration = Duration::from_secs(1);
/// The pause before a failed replay is retried. Until it succeeds no session is valid.
const RETRY_INTERVAL: Duration = Duration::from_millis(100);
/// How often expired rows are deleted.
const SWEEP_INTERVAL: Duration = Duration::from_mins(10);

/// How many accounts of a company are signed out in one step.
const STEP: usize = 500;

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
    // A company whose users were all signed out has more of them than one call returns.
    let mut carried_out = Ok(true);
    while let Ok(true) = carried_out {
        let unfinished = store.unfinished_revocations(&generation).await?;
        if unfinished.is_empty() {
            break;
        }
        carried_out = carry_out(sessions, store, unfinished, &generation).await;
    }
    if swept.is_none_or(|at| at.elapsed() > SWEEP_INTERVAL) {
        store.sweep_revocations().await?;
        *swept = Some(Instant::now());
    }
    carried_out.map(|_| ())
}

/// Returns the session store behind a link, for a command that ends sessions and reads none.
pub(crate) fn sessions_behind(link: RedisLink) -> RedisBackend {
    RedisBackend::new(link, Generation::default())
}

/// Records in PostgreSQL that the role of an account changes now. It does not carry that out yet.
pub(crate) async fn note_role(
    store: &Store,
    tenant: TenantId,
    account: AccountId,
) -> Result<Revocation, Error> {
    let kept_until = Revocation::kept_until(Utc::now());
    Ok(store.revoke(tenant, Subject::Role(account), kept_until).await?)
}

/// Marks the sessions that an account has now, so that they get its present role at their next request, and revokes its access tokens, on every node.
pub(crate) async fn carry_out_role(
    sessions: &RedisBackend,
    store: &Store,
    tenant: TenantId,
    account: AccountId,
) -> Result<(), Error> {
    let revocation = note_role(store, tenant, account).await?;
    if let Some(generation) = sessions.end(&revocation).await? {
        store.note_applied(vec![revocation], generation).await?;
    }
    Ok(())
}

/// Ends every session and token that these accounts have now, on every node. If it fails, some of them have ended.
pub(crate) async fn end_accounts(
    sessions: &RedisBackend,
    store: &Store,
    tenant: TenantId,
    accounts: &[AccountId],
) -> Result<(), Error> {
    for step in accounts.chunks(STEP) {
        let kept_until = Revocation::kept_until(Utc::now());
        let revocations = store.revoke_accounts(tenant, step.to_vec(), kept_until).await?;
        let mut generations = BTreeSet::new();
        for revocation in &revocations {
            generations.insert(sessions.end(revocation).await?);
        }
        // In two generations of Redis, the nodes carry them out again.
        if let (1, Some(Some(generation))) = (generations.len(), generations.pop_first()) {
            store.note_applied(revocations, generation).await?;
        }
    }
    Ok(())
}

/// Carries out revocations and records that. One that fails does not delay the others. Returns whether all were carried out in this generation.
async fn carry_out(
    sessions: &Sessions,
    store: &Store,
    revocations: Vec<Revocation>,
    generation: &str,
) -> Result<bool, Error> {
    let mut failed = Ok(());
    let mut carried_out = Vec::new();
    let total = revocations.len();
    for revocation in revocations {
        match sessions.revoke(&revocation).await {
            Ok(Some(now)) if now == generation => carried_out.push(revocation),
            // Redis has begun another generation: the next round replays everything.
            Ok(_) => {}
            Err(error) => failed = Err(error.into()),
        }
    }
    let count = carried_out.len();
    tracing::debug!(revocations = count, "session.revocation.carried_out_late");
    store.note_applied(carried_out, generation.to_owned()).await?;
    failed.map(|()| count == total)
}
