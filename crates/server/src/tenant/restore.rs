//! `watertight tenant restore`: adds a company with the data of an export.

use std::{cell::RefCell, path::PathBuf};

use anyhow::Context;
use clap::Args;
use domain::{TenantId, TenantSlug};
use store::{ArchiveError, NewTenant, exported_tables};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    archive::{Manifest, PROGRESS, read_rows},
    sealed_rows::{APPLICATION, CompanySeals},
    with_database_hint,
};
use crate::config::{Database, Environment, seals};

/// The table of user pools.
const POOL: &str = "platform.pool";

/// The archive, and the subdomain of the new company.
#[derive(Args)]
pub(crate) struct Restore {
    /// The folder that `watertight tenant export` has written.
    #[arg(long)]
    from: PathBuf,
    /// The company's subdomain, if it is to have another one than in the archive.
    #[arg(long)]
    slug: Option<TenantSlug>,
}

impl Restore {
    /// Checks the archive, and adds the company in one transaction.
    pub(super) async fn run(self, environment: &Environment<'_>) -> anyhow::Result<()> {
        let (database, seals) = (Database::read(environment)?, seals(environment)?);
        let manifest = Manifest::read(&self.from, &exported_tables())?;
        let company = manifest.company;
        let tenant = NewTenant {
            id: TenantId::from_uuid(Uuid::new_v4()),
            slug: self.slug.clone().unwrap_or(company.slug),
            name: company.name,
            session_policy: company.session_policy,
            schema: manifest.schema,
        };
        let sealed = CompanySeals { seals: &seals, tenant: tenant.id };
        let secrets = RefCell::new(Vec::new());
        let rows = |table| {
            let lines = read_rows(&self.from, table)?;
            let (sealed, secrets) = (&sealed, &secrets);
            eprintln!("{table} …");
            Ok(lines.enumerate().map(move |(number, line)| {
                if number > 0 && (number as u64).is_multiple_of(PROGRESS) {
                    eprintln!("{number} rows …");
                }
                let line = line?;
                let restored = sealed.restored(table, &line, &mut secrets.borrow_mut())?;
                Ok(restored.unwrap_or(line))
            }))
        };
        let restored = store::restore_tenant(&database.owner_url()?, &tenant, rows).await;
        let restored = match restored {
            Err(ArchiveError::Store(taken @ store::Error::SlugTaken)) => {
                Err(taken).context("hint: `--slug` gives it another subdomain")?
            }
            Err(error @ ArchiveError::Rows { table: POOL | APPLICATION, source: store::Error::Conflict { .. } }) => {
                Err(error).context("hint: this installation has the company or one of its applications already; a company can be restored where it was erased, or in another installation")?
            }
            other => with_database_hint(other)?,
        };
        let rows: u64 = restored.iter().map(|table| table.rows).sum();
        tracing::info!(tenant = %tenant.id, rows, "tenant.restored");
        let slug = &tenant.slug;
        println!("`{slug}` is restored, and suspended");
        for (client, secret) in secrets.into_inner() {
            let secret: Zeroizing<String> = secret;
            println!("the new secret of the application `{client}`: {}", secret.as_str());
        }
        println!(
            "hint: `watertight tenant open --slug {slug}` opens the company to its users, who sign in again"
        );
        Ok(())
    }
}
