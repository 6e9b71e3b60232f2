//! `watertight client remove`: removes an application and everything that was issued to it.

use anyhow::bail;
use clap::Args;
use domain::{ClientId, TenantSlug};

use super::pool_of;
use crate::config::{Database, Environment};

/// The application to remove.
#[derive(Args)]
pub(crate) struct Remove {
    /// The company's subdomain: `acme` in `acme.localhost`.
    #[arg(long)]
    company: TenantSlug,
    /// The client id of the application.
    #[arg(long)]
    id: ClientId,
}

impl Remove {
    /// Removes the application. If another one is added later under the same id, no token of this one is valid for it.
    pub(super) async fn run(self, environment: &Environment<'_>) -> anyhow::Result<()> {
        let Self { company, id } = self;
        let store = Database::read(environment)?.connect().await?;
        let (tenant, _) = pool_of(&store, &company).await?;
        if !store.remove_app_client(tenant, id.clone()).await? {
            bail!(
                "`{company}` has no application `{id}`\nhint: `watertight client list --company {company}` prints its applications"
            );
        }
        println!("`{id}` of `{company}` is removed: nodes refuse its tokens within a second");
        Ok(())
    }
}
