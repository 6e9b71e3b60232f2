//! Looks up the company that an operator names on the command line.

use anyhow::bail;
use domain::TenantSlug;
use share::Holder;
use store::{Store, Tenant};

/// Returns the company with this subdomain, whatever its status. `option` is the command-line option that named it, for the hint.
///
/// # Errors
/// If there is no such company, or PostgreSQL does not answer.
pub(crate) async fn named(
    store: &Store,
    option: &str,
    slug: &TenantSlug,
) -> anyhow::Result<Tenant> {
    let Some(company) = store.tenant_by_slug(Holder::Node, slug).await? else {
        bail!(
            "there is no company `{slug}`\nhint: `{option}` is the company's subdomain, for example `acme` in `acme.localhost`"
        );
    };
    Ok(company)
}
