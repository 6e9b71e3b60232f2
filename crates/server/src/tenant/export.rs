//! `watertight tenant export`: writes all data of a company into a folder.

use std::path::PathBuf;

use clap::Args;
use domain::TenantSlug;
use store::{exported_tables, left_out_tables};

use super::{
    archive::{ArchiveWriter, ArchivedCompany, Manifest},
    sealed_rows::CompanySeals,
    with_database_hint,
};
use crate::{
    company,
    config::{Database, Environment, seals},
};

/// The company, and the folder.
#[derive(Args)]
pub(crate) struct Export {
    /// The company's subdomain: `acme` in `acme.localhost`.
    #[arg(long)]
    slug: TenantSlug,
    /// The folder to write. It must not exist.
    #[arg(long)]
    to: PathBuf,
}

impl Export {
    /// Writes the files of the tables, and then the manifest.
    pub(super) async fn run(self, environment: &Environment<'_>) -> anyhow::Result<()> {
        let (database, seals) = (Database::read(environment)?, seals(environment)?);
        let owner = database.owner_url()?;
        let tenant = company::named(&database.connect().await?, "--slug", &self.slug).await?.id;
        let mut writer = ArchiveWriter::begin(&self.to)?;
        let written =
            self.write(&owner, &CompanySeals { seals: &seals, tenant }, &mut writer).await;
        if written.is_err() {
            writer.discard();
        }
        let rows = written?;
        tracing::info!(%tenant, rows, "tenant.exported");
        println!(
            "`{}` is exported to `{}`\nhint: the folder holds personal data and password hashes: encrypt it before you store it elsewhere",
            self.slug,
            self.to.display()
        );
        Ok(())
    }

    /// Writes the archive, and returns its number of rows.
    async fn write(
        &self,
        owner: &str,
        sealed: &CompanySeals<'_>,
        writer: &mut ArchiveWriter,
    ) -> anyhow::Result<u64> {
        let mut take = |table, row: &str| match sealed.exported(table, row)? {
            Some(row) => writer.add(table, &row),
            None => writer.add(table, row),
        };
        let exported = store::export_tenant(owner, sealed.tenant, &mut take).await;
        let exported = with_database_hint(exported)?;
        let rows = exported.rows.iter().map(|table| table.rows).sum();
        let company = ArchivedCompany {
            id: sealed.tenant,
            slug: self.slug.clone(),
            name: exported.name,
            session_policy: exported.session_policy.parse()?,
        };
        let left_out = left_out_tables().into_iter();
        let left_out = left_out.map(|left| (left.table.to_owned(), left.reason.to_owned()));
        let manifest = |tables| Manifest::new(exported.schema, company, tables, left_out.collect());
        writer.finish(&exported_tables(), manifest)?;
        Ok(rows)
    }
}
