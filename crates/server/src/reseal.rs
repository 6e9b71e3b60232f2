//! `watertight reseal`: seals everything at rest again, under the current root key, so that the previous one can be removed.

use std::fmt;

use anyhow::{Context, bail};
use clap::Args;
use credential::srp::Verifier;
use idp::{ClientSecret, Pools};
use seal::{SealedUnder, Seals};
use store::{SealedOnboarding, Store, StoredKey, UserPool};
use tenancy::{MaintenanceGrant, TenantContext};
use token::{KeyName, SigningKey};

use crate::config::{Database, Environment, seals};

/// How many SRP verifiers, or onboarding forms, are read at once.
const BATCH: u32 = 500;
/// The most keys that an error message names.
const NAMED: usize = 5;

/// Options of `watertight reseal`.
#[derive(Args)]
pub(crate) struct Reseal {
    /// Change nothing, and fail if anything is sealed under a root key other than the current one.
    #[arg(long)]
    check: bool,
}

/// Seals everything again, or only counts with `--check`, and prints the counts.
pub(crate) async fn run(environment: &Environment<'_>, options: &Reseal) -> anyhow::Result<()> {
    let (seals, store) = (seals(environment)?, Database::read(environment)?.connect().await?);
    let pass = Pass { store, seals, check: options.check };
    let done = [
        pass.keys().await?,
        pass.secrets().await?,
        pass.verifiers().await?,
        pass.onboarding().await?,
    ];
    for tally in &done {
        println!("{tally}");
    }
    if done.iter().any(|tally| tally.left > 0 && !options.check) {
        bail!(
            "some sealed values do not open, or were changed meanwhile\nhint: run the command again; if it still fails, set `WATERTIGHT_ROOT_KEY_PREVIOUS` to the key that sealed them"
        );
    }
    if done.iter().any(|tally| tally.left > 0) {
        bail!(
            "some values are sealed under another root key than the current one\nhint: run `watertight reseal` before you remove that key"
        );
    }
    Ok(())
}

/// Refuses to start if a signing key does not open, because its user pool could not sign.
pub(crate) fn check(pools: &Pools) -> anyhow::Result<()> {
    let locked = pools.locked_keys();
    if locked.is_empty() {
        return Ok(());
    }
    let named = locked.iter().take(NAMED).map(|kid| format!("\n- `{kid}`"));
    let named = named.collect::<Vec<_>>().concat();
    bail!(
        "{} signing keys are sealed under a root key that this node does not have{named}\nhint: set `WATERTIGHT_ROOT_KEY_PREVIOUS` to the key that was `WATERTIGHT_ROOT_KEY` before, and run `watertight reseal` before you remove it",
        locked.len()
    )
}

/// One pass through everything that is sealed at rest.
struct Pass {
    store: Store,
    seals: Seals,
    check: bool,
}

/// Counts the sealed values of one kind by their outcome.
struct Tally {
    kind: &'static str,
    current: u64,
    resealed: u64,
    left: u64,
}

impl Pass {
    async fn keys(&self) -> anyhow::Result<Tally> {
        let mut tally = Tally::of("signing keys");
        for key in self.store.signing_keys().await? {
            let reseal = || {
                let name = name_of(&key)?;
                Ok(SigningKey::reseal(&self.seals, key.tenant, &name, &key.sealed)?)
            };
            if let Some(new) = self.judge(&mut tally, &key.sealed, &key.kid, reseal) {
                let old = key.sealed.clone();
                tally.replaced(self.store.reseal_signing_key(&key.kid, old, new).await?);
            }
        }
        Ok(tally)
    }

    async fn secrets(&self) -> anyhow::Result<Tally> {
        let mut tally = Tally::of("client secrets");
        for known in self.store.app_clients().await? {
            let id = &known.client.id;
            let Some((_, old)) = known.client.secret else { continue };
            let reseal = || Ok(ClientSecret::reseal(&self.seals, known.tenant, id, &old)?);
            if let Some(new) = self.judge(&mut tally, &old, id.as_str(), reseal) {
                tally.replaced(self.store.reseal_client_secret(id, old, new).await?);
            }
        }
        Ok(tally)
    }

    /// Tenant by tenant, in batches of [`BATCH`].
    async fn verifiers(&self) -> anyhow::Result<Tally> {
        let mut tally = Tally::of("SRP verifiers");
        for UserPool { id: pool, tenant, .. } in self.store.pools().await? {
            #[expect(clippy::disallowed_methods, reason = "no user changes the root key")]
            let grant = MaintenanceGrant::for_job("reseal");
            let context = TenantContext::from_maintenance_grant(&grant, tenant);
            let mut after = None;
            loop {
                let batch = self.store.srp_verifiers(&context, after, BATCH).await?;
                let Some((last, _)) = batch.last() else { break };
                after = Some(*last);
                for (account, old) in batch {
                    let reseal =
                        || Ok(Verifier::reseal(&self.seals, tenant, &pool, account, &old)?);
                    let name = account.to_string();
                    if let Some(new) = self.judge(&mut tally, &old, &name, reseal) {
                        let done = self.store.reseal_srp_verifier(&context, account, old, new);
                        tally.replaced(done.await?);
                    }
                }
            }
        }
        Ok(tally)
    }

    /// Tenant by tenant: first the drafts of devices, then the forms and adopted drafts of accounts, in batches of [`BATCH`].
    async fn onboarding(&self) -> anyhow::Result<Tally> {
        let mut tally = Tally::of("onboarding forms");
        for UserPool { tenant, .. } in self.store.pools().await? {
            #[expect(clippy::disallowed_methods, reason = "no user changes the root key")]
            let grant = MaintenanceGrant::for_job("reseal");
            let context = TenantContext::from_maintenance_grant(&grant, tenant);
            let drafts = self.store.sealed_drafts(&context).await?;
            self.forms(&mut tally, &context, drafts).await?;
            let mut after = None;
            loop {
                let (batch, last) = self.store.sealed_forms(&context, after, BATCH).await?;
                self.forms(&mut tally, &context, batch).await?;
                if last.is_none() {
                    break;
                }
                after = last;
            }
        }
        Ok(tally)
    }

    async fn forms(
        &self,
        tally: &mut Tally,
        context: &TenantContext,
        forms: Vec<(SealedOnboarding, Vec<u8>)>,
    ) -> anyhow::Result<()> {
        for (place, old) in forms {
            let name = match place {
                SealedOnboarding::Draft(_) => "the draft of a device".to_owned(),
                SealedOnboarding::Form(account) | SealedOnboarding::Adopted(account) => {
                    account.to_string()
                }
            };
            let tenant = context.tenant();
            let reseal = || Ok(api::reseal_onboarding(&self.seals, tenant, place, &old)?);
            if let Some(new) = self.judge(tally, &old, &name, reseal) {
                let done = self.store.reseal_onboarding(context, place, old, new);
                tally.replaced(done.await?);
            }
        }
        Ok(())
    }

    /// Returns the new sealed value, if one must be stored. A value that does not open is logged and counted, and the pass continues.
    fn judge(
        &self,
        tally: &mut Tally,
        sealed: &[u8],
        name: &str,
        reseal: impl FnOnce() -> anyhow::Result<Option<Vec<u8>>>,
    ) -> Option<Vec<u8>> {
        if self.check {
            match self.seals.sealed_under(sealed) {
                SealedUnder::Current => tally.current += 1,
                SealedUnder::Previous | SealedUnder::Neither => tally.left += 1,
            }
            return None;
        }
        match reseal() {
            Ok(Some(new)) => return Some(new),
            Ok(None) => tally.current += 1,
            Err(error) => {
                tracing::error!(
                    kind = tally.kind,
                    name,
                    error = format!("{error:#}"),
                    "seal.value.not_resealed"
                );
                tally.left += 1;
            }
        }
        None
    }
}

fn name_of(key: &StoredKey) -> anyhow::Result<KeyName> {
    let name = || {
        Some(KeyName {
            pool: key.pool.clone(),
            token_use: key.token_use.parse().ok()?,
            algorithm: key.algorithm.parse().ok()?,
            kid: key.kid.parse().ok()?,
        })
    };
    name().context("this version cannot read the row of the signing key")
}

impl Tally {
    const fn of(kind: &'static str) -> Self {
        Self { kind, current: 0, resealed: 0, left: 0 }
    }

    /// Counts a value as resealed, or as left if a node replaced or removed it meanwhile. The next pass looks at it again.
    fn replaced(&mut self, replaced: bool) {
        *(if replaced { &mut self.resealed } else { &mut self.left }) += 1;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, current, resealed, left } = self;
        write!(f, "{kind}: {resealed} sealed again, {current} already current, {left} left")
    }
}
