//! `watertight external link|unlink|list`: whose account somebody is whom a trusted issuer knows by a name of its own.

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use domain::{Email, TenantSlug};
use store::Store;
use tenancy::{MaintenanceGrant, TenantContext};
use token::IssuerUrl;

use crate::{
    company,
    config::{Database, Environment},
};

/// What is done.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Let somebody act here as an account, with the access tokens that a trusted issuer gives them.
    Link {
        #[command(flatten)]
        guest: Guest,
        /// The address of the account.
        #[arg(long)]
        account: Email,
    },
    /// End that. Nodes that serve may take their tokens for another minute.
    Unlink {
        #[command(flatten)]
        guest: Guest,
    },
    /// Print everybody who is linked: issuer, subject and account, set apart by tabs.
    List {
        /// The company's name in the host: `acme` of `acme.localhost`.
        #[arg(long)]
        company: TenantSlug,
    },
}

/// Somebody, as the issuer names them.
#[derive(Args)]
pub(crate) struct Guest {
    /// The company's name in the host: `acme` of `acme.localhost`.
    #[arg(long)]
    company: TenantSlug,
    /// The issuer, as it stands in `iss`.
    #[arg(long)]
    issuer: IssuerUrl,
    /// What stands in `sub`.
    #[arg(long, allow_hyphen_values = true)]
    subject: String,
}

/// Does it, and says so.
pub(crate) async fn obey(environment: &Environment<'_>, verb: Verb) -> anyhow::Result<()> {
    let store = Database::read(environment)?.connect().await?;
    match verb {
        Verb::Link { guest, account } => link(&store, &guest, &account).await,
        Verb::Unlink { guest } => unlink(&store, &guest).await,
        Verb::List { company } => {
            for one in store.external_subjects(&acting_for(&store, &company).await?).await? {
                println!("{}\t{}\t{}", one.issuer, one.subject, one.account);
            }
            Ok(())
        }
    }
}

async fn link(store: &Store, guest: &Guest, account: &Email) -> anyhow::Result<()> {
    let Guest { company, issuer, subject } = guest;
    if !(1..=255).contains(&subject.len()) {
        bail!("`--subject` has 1 to 255 bytes\nhint: write what stands in `sub` of the token");
    }
    let context = acting_for(store, company).await?;
    let person = store.person_by_email(context.tenant(), account).await?;
    let person = person.with_context(|| {
        format!(
            "`{company}` has no account with that address\nhint: `--account` is the address that the person signs in with"
        )
    })?;
    let issuer = issuer.as_str();
    if !store.link(&context, issuer, subject, person.account).await? {
        let linked = store.linked(context.tenant(), issuer, subject).await?;
        if linked.is_none_or(|linked| linked.link.colleague.account != person.account) {
            bail!(
                "`{subject}` is linked to another account\nhint: `watertight external unlink` ends that first"
            );
        }
    }
    println!("`{subject}` of `{issuer}` acts at `{company}` as that account");
    Ok(())
}

async fn unlink(store: &Store, guest: &Guest) -> anyhow::Result<()> {
    let Guest { company, issuer, subject } = guest;
    let context = acting_for(store, company).await?;
    if !store.unlink(&context, issuer.as_str(), subject).await? {
        bail!("`{subject}` is not linked\nhint: `watertight external list` prints who is");
    }
    println!("`{subject}` of `{issuer}` is nobody at `{company}`");
    Ok(())
}

async fn acting_for(store: &Store, slug: &TenantSlug) -> anyhow::Result<TenantContext> {
    let company = company::named(store, "--company", slug).await?;
    #[expect(clippy::disallowed_methods, reason = "an operator is no person of the company")]
    let grant = MaintenanceGrant::for_job("external");
    Ok(TenantContext::without_a_person(&grant, company.id))
}
