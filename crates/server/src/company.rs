//! The company that an operator names.

use anyhow::bail;
use domain::TenantSlug;
use share::Holder;
use store::{Store, Tenant};

/// The company of that name in the host, whatever its status. `option` is where the operator wrote it, for the hint.
pub(crate) async fn named(
    store: &Store,
    option: &str,
    slug: &TenantSlug,
) -> anyhow::Result<Tenant> {
    let Some(company) = store.tenant_by_slug(Holder::Node, slug).await? else {
        bail!(
            "there is no company `{slug}`\nhint: `{option}` is its name in the host, `acme` of `acme.localhost`"
        );
    };
    Ok(company)
}
