//! `watertight client put`: adds an application to a company's pool, or changes it.

use anyhow::{Context, bail};
use api::ClientSecret;
use clap::{Args, Subcommand};
use domain::{AccessScope, ClientId, RedirectUri, TenantSlug};
use serde_json::json;
use store::{Flow, NewAppClient};

use crate::{
    company,
    config::{Database, Environment, Web, seals},
};

/// What is done.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Add an application to a company's pool, or change the one of that id. What it is then is printed as JSON; a secret is shown this once.
    Put(Box<Application>),
}

/// An application.
#[derive(Args)]
pub(crate) struct Application {
    /// The company's name in the host: `acme` of `acme.localhost`.
    #[arg(long)]
    company: TenantSlug,
    /// Its id; a random one if not said.
    #[arg(long)]
    id: Option<ClientId>,
    /// What people call it.
    #[arg(long)]
    name: String,
    /// A way to get tokens: `USER_PASSWORD_AUTH`, `USER_SRP_AUTH`, `REFRESH_TOKEN_AUTH`, `code`, `client_credentials`.
    #[arg(long = "flow", required = true)]
    flows: Vec<Flow>,
    /// What it may ask for at most, such as `openid` or `hr/employees.read`.
    #[arg(long = "scope")]
    scopes: Vec<AccessScope>,
    /// Where codes may be sent: `https`, `http` to this machine, or a private-use scheme such as `com.example.app:/callback`.
    #[arg(long = "redirect-uri")]
    redirect_uris: Vec<RedirectUri>,
    /// Where a sign-out may lead.
    #[arg(long = "logout-uri")]
    logout_uris: Vec<RedirectUri>,
    /// Give it a new secret.
    #[arg(long)]
    secret: bool,
    /// How long access tokens live, in minutes.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u32).range(5..=15))]
    access_minutes: u32,
    /// How long ID tokens live, in minutes.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u32).range(5..=15))]
    id_minutes: u32,
    /// How long a family of refresh tokens lives, in minutes.
    #[arg(long, default_value_t = 43_200, value_parser = clap::value_parser!(u32).range(60..=5_256_000))]
    refresh_minutes: u32,
    /// Keep a refresh token when it is used, as Cognito does unless it is told to rotate. Only for an application with a secret (RFC 9700 §4.14.2).
    #[arg(long)]
    no_rotation: bool,
    /// For how many seconds a replaced refresh token gives its successor again.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(0..=60))]
    grace_seconds: u32,
}

/// Writes it down; nodes that serve know of it within a second.
pub(crate) async fn obey(environment: &Environment<'_>, verb: Verb) -> anyhow::Result<()> {
    let Verb::Put(application) = verb;
    application.check()?;
    let (seals, web) = (seals(environment)?, Web::read(environment)?);
    let store = Database::read(environment)?.connect().await?;
    let slug = &application.company;
    let company = company::named(&store, "--company", slug).await?;
    let pools = store.pools().await?;
    let pool = pools.into_iter().find(|pool| pool.tenant == company.id);
    let pool = pool.context("the company has no pool")?.id;
    let id = match application.id.clone() {
        Some(id) => id,
        None => random_id()?,
    };
    let secret =
        application.secret.then(|| ClientSecret::random(&seals, company.id, &id)).transpose()?;
    let kept = secret.as_ref().map(|secret| secret.kept.clone());
    let issuer = format!("{}/{pool}", web.settings.public_url);
    let mut shown = json!({ "client_id": id, "pool_id": pool, "issuer": issuer });
    if let Some(secret) = &secret {
        shown["client_secret"] = json!(secret.text.as_str());
    }
    let put = store.put_app_client(company.id, application.into_client(id, kept)).await;
    put.context("hint: a client id belongs to one company; leave `--id` out for a random one")?;
    println!("{shown:#}");
    Ok(())
}

/// 26 lower-case letters and digits, as Cognito's.
fn random_id() -> anyhow::Result<ClientId> {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut bytes = [0; 26];
    getrandom::fill(&mut bytes)?;
    let text: String =
        bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    Ok(text.parse()?)
}

impl Application {
    /// What PostgreSQL would not notice.
    fn check(&self) -> anyhow::Result<()> {
        let machine = self.flows.contains(&Flow::ClientCredentials);
        if machine && !self.secret {
            bail!(
                "`client_credentials` wants a secret\nhint: add `--secret`: a public client cannot prove that it is itself"
            );
        }
        if self.flows.contains(&Flow::Code) && self.redirect_uris.is_empty() {
            bail!(
                "`code` wants to know where codes may be sent\nhint: add `--redirect-uri https://app.example/callback`"
            );
        }
        if self.no_rotation && !self.secret {
            bail!(
                "`--no-rotation` needs a secret: a public client's refresh token that is never replaced can be used by anyone with a copy\n\
                 hint: leave `--no-rotation` out, or add `--secret`"
            );
        }
        Ok(())
    }

    fn into_client(self, id: ClientId, secret: Option<([u8; 32], Vec<u8>)>) -> NewAppClient {
        NewAppClient {
            id,
            name: self.name,
            secret,
            flows: self.flows,
            scopes: self.scopes,
            redirect_uris: self.redirect_uris,
            logout_uris: self.logout_uris,
            access_minutes: self.access_minutes,
            id_minutes: self.id_minutes,
            refresh_minutes: self.refresh_minutes,
            rotates: !self.no_rotation,
            grace_seconds: self.grace_seconds,
        }
    }
}
