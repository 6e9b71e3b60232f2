//! `watertight client list`: prints the applications of a company.

use clap::Args;
use domain::TenantSlug;
use serde_json::{Value, json};

use super::{pool_of, shown};
use crate::config::{Database, Environment};

/// The company whose applications are printed.
#[derive(Args)]
pub(crate) struct List {
    /// The company's subdomain: `acme` in `acme.localhost`.
    #[arg(long)]
    company: TenantSlug,
}

impl List {
    /// Prints the applications in the order in which they were added.
    pub(super) async fn run(&self, environment: &Environment<'_>) -> anyhow::Result<()> {
        let store = Database::read(environment)?.connect().await?;
        let (tenant, _) = pool_of(&store, &self.company).await?;
        let all = store.app_clients().await?.into_iter();
        let own: Value = all
            .filter(|known| known.tenant == tenant)
            .map(|known| {
                let mut shown = shown(&known.client, &known.pool);
                shown["created_at"] = json!(known.created_at);
                shown
            })
            .collect();
        println!("{own:#}");
        Ok(())
    }
}
