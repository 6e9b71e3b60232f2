//! `watertight client`: adds, changes, lists and removes applications of a company's pool.

mod list;
mod remove;

use anyhow::{Context, bail};
use api::ClientSecret;
use clap::{Args, Subcommand};
use domain::{AccessScope, ClientId, PoolId, RedirectUri, TenantId, TenantSlug};
use serde_json::{Value, json};
use store::{Flow, NewAppClient, Store};

use crate::{
    company,
    config::{Database, Environment, Web, seals},
};

/// What is done.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Add an application to a company's pool, or change what is named of the one of that id. What it is then is printed as JSON; a new secret is shown
    /// this once.
    Put(Box<Application>),
    /// Print the applications of a company as JSON, without their secrets.
    List(list::List),
    /// Remove an application. Its codes and refresh tokens are refused at once, its access and ID tokens by every node within a second.
    Remove(remove::Remove),
}

/// An application. Of one that exists, what is not named stays as it is.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "a command line has flags")]
pub(crate) struct Application {
    /// The company's name in the host: `acme` of `acme.localhost`.
    #[arg(long)]
    company: TenantSlug,
    /// Its id; a new application with a random one if not said.
    #[arg(long)]
    id: Option<ClientId>,
    /// What people call it. A new application needs one.
    #[arg(long)]
    name: Option<String>,
    /// A way to get tokens: `USER_PASSWORD_AUTH`, `USER_SRP_AUTH`, `REFRESH_TOKEN_AUTH`, `code`, `client_credentials`. A new application needs one.
    #[arg(long = "flow")]
    flows: Vec<Flow>,
    /// What it may ask for at most, such as `openid` or `hr/employees.read`.
    #[arg(long = "scope", conflicts_with = "no_scope")]
    scopes: Vec<AccessScope>,
    /// Take all its scopes away.
    #[arg(long)]
    no_scope: bool,
    /// Where codes may be sent: `https`, `http` to this machine, or a private-use scheme such as `com.example.app:/callback`.
    #[arg(long = "redirect-uri", conflicts_with = "no_redirect_uri")]
    redirect_uris: Vec<RedirectUri>,
    /// Take all its redirect addresses away.
    #[arg(long)]
    no_redirect_uri: bool,
    /// Where a sign-out may lead.
    #[arg(long = "logout-uri", conflicts_with = "no_logout_uri")]
    logout_uris: Vec<RedirectUri>,
    /// Take all its sign-out addresses away.
    #[arg(long)]
    no_logout_uri: bool,
    /// Give it a new secret; one that it has is replaced.
    #[arg(long)]
    secret: bool,
    /// Take its secret away: everyone who knows its id may then exchange its codes and refresh tokens.
    #[arg(long, conflicts_with = "secret")]
    public: bool,
    /// How long access tokens live, in minutes: 15 if not said of a new application.
    #[arg(long, value_parser = clap::value_parser!(u32).range(5..=15))]
    access_minutes: Option<u32>,
    /// How long ID tokens live, in minutes: 15 if not said of a new application.
    #[arg(long, value_parser = clap::value_parser!(u32).range(5..=15))]
    id_minutes: Option<u32>,
    /// How long a family of refresh tokens lives after the sign-in, in minutes: 43200 (30 days) if not said of a new application. It also shortens the life
    /// of families that have begun.
    #[arg(long, value_parser = clap::value_parser!(u32).range(60..=5_256_000))]
    refresh_minutes: Option<u32>,
    /// Replace a refresh token when it is used, as a new application does.
    #[arg(long)]
    rotation: bool,
    /// Keep a refresh token when it is used, as Cognito does unless it is told to rotate. Only for an application with a secret (RFC 9700 §4.14.2).
    #[arg(long, conflicts_with = "rotation")]
    no_rotation: bool,
    /// For how many seconds a replaced refresh token gives its successor again: 30 if not said of a new application.
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=60))]
    grace_seconds: Option<u32>,
}

/// Does it; nodes that serve know of it within a second.
pub(crate) async fn obey(environment: &Environment<'_>, verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::Put(application) => put(environment, *application).await,
        Verb::List(list) => list.run(environment).await,
        Verb::Remove(remove) => remove.run(environment).await,
    }
}

async fn put(environment: &Environment<'_>, application: Application) -> anyhow::Result<()> {
    let (seals, web) = (seals(environment)?, Web::read(environment)?);
    let store = Database::read(environment)?.connect().await?;
    let (tenant, pool) = pool_of(&store, &application.company).await?;
    let id = match application.id.clone() {
        Some(id) => id,
        None => random_id()?,
    };
    let secret =
        application.secret.then(|| ClientSecret::random(&seals, tenant, &id)).transpose()?;
    let kept = secret.as_ref().map(|secret| secret.kept.clone());
    let named = id.clone();
    let change = move |known| application.changed(named, known, kept);
    let changed = store.change_app_client(tenant, id, change).await;
    let changed = changed
        .context("hint: a client id belongs to one company; leave `--id` out for a random one")?;
    let mut shown = shown(&changed?, &pool);
    shown["issuer"] = json!(format!("{}/{pool}", web.settings.public_url));
    if let Some(secret) = &secret {
        shown["client_secret"] = json!(secret.text.as_str());
    }
    println!("{shown:#}");
    Ok(())
}

/// A company and its pool.
async fn pool_of(store: &Store, slug: &TenantSlug) -> anyhow::Result<(TenantId, PoolId)> {
    let company = company::named(store, "--company", slug).await?;
    let pools = store.pools().await?;
    let pool = pools.into_iter().find(|pool| pool.tenant == company.id);
    Ok((company.id, pool.context("the company has no pool")?.id))
}

/// What an application is and may do. Of its secret it tells whether there is one.
fn shown(client: &NewAppClient, pool: &PoolId) -> Value {
    let texts = |uris: &[RedirectUri]| uris.iter().map(ToString::to_string).collect::<Vec<_>>();
    json!({
        "client_id": client.id,
        "pool_id": pool,
        "name": client.name,
        "public": client.secret.is_none(),
        "flows": client.flows.iter().map(|flow| flow.as_str()).collect::<Vec<_>>(),
        "scopes": client.scopes,
        "redirect_uris": texts(&client.redirect_uris),
        "logout_uris": texts(&client.logout_uris),
        "access_minutes": client.access_minutes,
        "id_minutes": client.id_minutes,
        "refresh_minutes": client.refresh_minutes,
        "rotates": client.rotates,
        "grace_seconds": client.grace_seconds,
    })
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

/// What PostgreSQL would not notice.
fn check(client: &NewAppClient) -> anyhow::Result<()> {
    let machine = client.flows.contains(&Flow::ClientCredentials);
    if machine && client.secret.is_none() {
        bail!(
            "`client_credentials` wants a secret\nhint: add `--secret`: a public client cannot prove that it is itself"
        );
    }
    if client.flows.contains(&Flow::Code) && client.redirect_uris.is_empty() {
        bail!(
            "`code` wants to know where codes may be sent\nhint: add `--redirect-uri https://app.example/callback`"
        );
    }
    if !client.rotates && client.secret.is_none() {
        bail!(
            "`--no-rotation` needs a secret: a public client's refresh token that is never replaced can be used by anyone with a copy\n\
             hint: leave `--no-rotation` out, or add `--secret`"
        );
    }
    Ok(())
}

impl Application {
    /// The application of this id with what was named, and everything else as it was. `secret` is the new one, if one was asked for.
    fn changed(
        self,
        id: ClientId,
        known: Option<NewAppClient>,
        secret: Option<([u8; 32], Vec<u8>)>,
    ) -> anyhow::Result<NewAppClient> {
        let known = match known {
            Some(known) => known,
            None => self.fresh(id)?,
        };
        let client = NewAppClient {
            id: known.id,
            name: self.name.unwrap_or(known.name),
            secret: if self.public { None } else { secret.or(known.secret) },
            flows: instead_of(known.flows, self.flows, false),
            scopes: instead_of(known.scopes, self.scopes, self.no_scope),
            redirect_uris: instead_of(
                known.redirect_uris,
                self.redirect_uris,
                self.no_redirect_uri,
            ),
            logout_uris: instead_of(known.logout_uris, self.logout_uris, self.no_logout_uri),
            access_minutes: self.access_minutes.unwrap_or(known.access_minutes),
            id_minutes: self.id_minutes.unwrap_or(known.id_minutes),
            refresh_minutes: self.refresh_minutes.unwrap_or(known.refresh_minutes),
            rotates: (known.rotates || self.rotation) && !self.no_rotation,
            grace_seconds: self.grace_seconds.unwrap_or(known.grace_seconds),
        };
        check(&client)?;
        Ok(client)
    }

    /// What an application is of which nothing but name and flows is said.
    fn fresh(&self, id: ClientId) -> anyhow::Result<NewAppClient> {
        let missing = |option| {
            format!(
                "`{option}` is missing\nhint: the company has no application `{id}` yet, and a new one needs `--name` and `--flow`"
            )
        };
        let name = self.name.clone().with_context(|| missing("--name"))?;
        if self.flows.is_empty() {
            bail!(missing("--flow"));
        }
        Ok(NewAppClient {
            id,
            name,
            secret: None,
            flows: Vec::new(),
            scopes: Vec::new(),
            redirect_uris: Vec::new(),
            logout_uris: Vec::new(),
            access_minutes: 15,
            id_minutes: 15,
            refresh_minutes: 43_200,
            rotates: true,
            grace_seconds: 30,
        })
    }
}

/// What was named, nothing, or what there was.
fn instead_of<T>(known: Vec<T>, named: Vec<T>, none: bool) -> Vec<T> {
    if none || !named.is_empty() { named } else { known }
}
