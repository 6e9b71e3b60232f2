//! `watertight external link|unlink|list`: links external identities of a trusted issuer to accounts of a company.

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

/// Subcommands of `watertight external`.
#[derive(Subcommand)]
pub(crate) enum Action {
    /// Link an external identity to an account. Access tokens of that identity then act as the account.
    Link {
        #[command(flatten)]
        identity: ExternalIdentity,
        /// The e-mail address of the account.
        #[arg(long)]
        account: Email,
    },
    /// Remove a link. Nodes may accept the tokens of the external identity for another minute.
    Unlink {
        #[command(flatten)]
        identity: ExternalIdentity,
    },
    /// Print all links of a company: issuer, subject and account, separated by tabs.
    List {
        /// The company's subdomain: `acme` in `acme.localhost`.
        #[arg(long)]
        company: TenantSlug,
    },
}

/// An external identity: a user as the issuer identifies them.
#[derive(Args)]
pub(crate) struct ExternalIdentity {
    /// The company's subdomain: `acme` in `acme.localhost`.
    #[arg(long)]
    company: TenantSlug,
    /// The issuer, exactly as in the claim `iss`.
    #[arg(long)]
    issuer: IssuerUrl,
    /// The subject, exactly as in the claim `sub`.
    #[arg(long, allow_hyphen_values = true)]
    subject: String,
}

/// Runs the subcommand and prints its result.
pub(crate) async fn run(environment: &Environment<'_>, action: Action) -> anyhow::Result<()> {
    let store = Database::read(environment)?.connect().await?;
    match action {
        Action::Link { identity, account } => link(&store, &identity, &account).await,
        Action::Unlink { identity } => unlink(&store, &identity).await,
        Action::List { company } => {
            for one in store.external_subjects(&acting_for(&store, &company).await?).await? {
                println!("{}\t{}\t{}", one.issuer, one.subject, one.account);
            }
            Ok(())
        }
    }
}

async fn link(store: &Store, identity: &ExternalIdentity, account: &Email) -> anyhow::Result<()> {
    let ExternalIdentity { company, issuer, subject } = identity;
    check_subject(subject)?;
    let context = acting_for(store, company).await?;
    let person = store.person_by_email(context.tenant(), account).await?;
    let person = person.with_context(|| {
        format!(
            "`{company}` has no account with that address\nhint: `--account` is the e-mail address that the user signs in with"
        )
    })?;
    let issuer = issuer.as_str();
    if !store.link(&context, issuer, subject, person.account).await? {
        let linked = store.linked(context.tenant(), issuer, subject).await?;
        if linked.is_none_or(|linked| linked.link.account_state.account != person.account) {
            bail!(
                "`{subject}` is linked to another account\nhint: remove that link first with `watertight external unlink`"
            );
        }
    }
    println!("`{subject}` of `{issuer}` is linked to that account of `{company}`");
    Ok(())
}

/// Checks the length of a subject.
///
/// # Errors
/// If the subject is empty or has more than 255 bytes.
fn check_subject(subject: &str) -> anyhow::Result<()> {
    match subject.len() {
        0 => bail!("`--subject` is empty\nhint: set it to the claim `sub` of the token"),
        1..=255 => Ok(()),
        _ => bail!(
            "`--subject` is too long: expected at most 255 bytes\nhint: set it to the claim `sub` of the token"
        ),
    }
}

async fn unlink(store: &Store, identity: &ExternalIdentity) -> anyhow::Result<()> {
    let ExternalIdentity { company, issuer, subject } = identity;
    let context = acting_for(store, company).await?;
    if !store.unlink(&context, issuer.as_str(), subject).await? {
        bail!("`{subject}` is not linked\nhint: `watertight external list` prints all links");
    }
    println!("`{subject}` of `{issuer}` is no longer linked at `{company}`");
    Ok(())
}

async fn acting_for(store: &Store, slug: &TenantSlug) -> anyhow::Result<TenantContext> {
    let company = company::named(store, "--company", slug).await?;
    #[expect(clippy::disallowed_methods, reason = "an operator is not a user of the company")]
    let grant = MaintenanceGrant::for_job("external");
    Ok(TenantContext::from_maintenance_grant(&grant, company.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_and_a_long_subject_are_different_errors() {
        assert!(check_subject(&"s".repeat(255)).is_ok());
        for (subject, said) in
            [(String::new(), "`--subject` is empty"), ("s".repeat(256), "`--subject` is too long")]
        {
            let error = check_subject(&subject).unwrap_err().to_string();
            assert!(error.starts_with(said) && error.contains("\nhint: "), "{error}");
        }
    }
}
