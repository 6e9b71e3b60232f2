//! `watertight client remove`: removes an application and everything that was issued to it.

use anyhow::bail;
use clap::Args;
use domain::{ClientId, TenantSlug};

use super::pool_of;
use crate::config::{Database, Environment};

/// Which.
#[derive(Args)]
pub(crate) struct Remove {
    /// The company's name in the host: `acme` of `acme.localhost`.
    #[arg(long)]
    company: TenantSlug,
    /// The application's id.
    #[arg(long)]
    id: ClientId,
}

impl Remove {
    /// Removes it. An application that is added under the same id later is another one: no token of this one is good at it.
    pub(super) async fn run(self, environment: &Environment<'_>) -> anyhow::Result<()> {
        let Self { company, id } = self;
        let store = Database::read(environment)?.connect().await?;
        let (tenant, _) = pool_of(&store, &company).await?;
        if !store.remove_app_client(tenant, id.clone()).await? {
            bail!(
                "`{company}` has no application `{id}`\nhint: `watertight client list --company {company}` prints those it has"
            );
        }
        println!("`{id}` of `{company}` is removed: nodes refuse its tokens within a second");
        Ok(())
    }
}
