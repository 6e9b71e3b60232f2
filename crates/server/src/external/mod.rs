//! Issuers that companies trust besides their own pools (row T11): where their keys come from, and who of theirs is who here.

mod fetch;
mod keys;
mod link;

use anyhow::{Context, bail};
use api::{ExternalIssuers, Pools};
use share::Holder;
use store::Store;
use token::ExternalIssuer;

use crate::config::{ConfiguredIssuer, wrong_issuers};

pub(crate) use link::{Verb, obey};

/// Trusts what is configured, and begins to read the keys. An issuer that does not answer keeps nobody from starting: until it does, its tokens are refused.
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
                "`company` is its name in the host, `acme` of `acme.localhost`",
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
        wrong_issuers(error, "give each company clients or an audience of its own")
    })?;
    for (feed, issuer) in feeds.into_iter().zip(configured) {
        let source = fetch::Source::new(issuer.jwks_url.clone()).context(
            "no keys can be read over TLS\nhint: install the certificates of authorities, such as Debian's `ca-certificates`",
        )?;
        tokio::spawn(keys::follow(feed, source));
    }
    Ok(known)
}
