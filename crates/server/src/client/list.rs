//! `watertight client list`: prints the applications of a company.

use clap::Args;
use domain::TenantSlug;
use serde_json::{Value, json};

use super::{as_json, pool_of};
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
                let mut json = as_json(&known.client, &known.pool);
                json["created_at"] = json!(known.created_at);
                json
            })
            .collect();
        println!("{own:#}");
        Ok(())
    }
}
