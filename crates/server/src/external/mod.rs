//! External issuers, which tenants trust besides their own user pools (row T11): their keys, and the links of their users to accounts.

mod fetch;
mod keys;
mod link;

use anyhow::{Context, bail};
use idp::{ExternalIssuers, Pools};
use share::Holder;
use store::Store;
use token::ExternalIssuer;

use crate::config::{ConfiguredIssuer, wrong_issuers};

pub(crate) use link::{Action, run};

/// Registers the configured issuers and starts to fetch their keys. An issuer that does not answer does not stop the start of this node: its tokens are
/// refused until it does.
pub(crate) async fn start(
    configured: &[ConfiguredIssuer],
    store: &Store,
    pools: &Pools,
) -> anyhow::Result<ExternalIssuers> {
    let mut issuers = Vec::with_capacity(configured.len());
    for issuer in configured {
        let slug = &issuer.company;
        let Some(company) = store.tenant_by_slug(Holder::Node, slug).await? else {
            bail!(wrong_issuers(
                format!("there is no company `{slug}`"),
                "`company` is the company's subdomain, for example `acme` in `acme.localhost`",
            ));
        };
        issuers.push(ExternalIssuer {
            tenant: company.id,
            url: issuer.url.clone(),
            audience: issuer.audience.clone(),
            lifetime: issuer.lifetime,
        });
    }
    let (known, feeds) = ExternalIssuers::new(pools.clone(), issuers).map_err(|error| {
        wrong_issuers(error, "give each company its own `clients` or `audience`")
    })?;
    for (feed, issuer) in feeds.into_iter().zip(configured) {
        let source = fetch::Source::new(issuer.jwks_url.clone()).context(
            "no HTTPS client can be created for the keys of external issuers\nhint: install root certificates, for example Debian's `ca-certificates`",
        )?;
        tokio::spawn(keys::follow(feed, source));
    }
    Ok(known)
}
