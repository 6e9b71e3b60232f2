//! `watertight client`: adds, changes, lists and removes applications of a company's user pool.

mod list;
mod remove;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use domain::{AccessScope, ClientId, PoolId, RedirectUri, TenantId, TenantSlug};
use idp::ClientSecret;
use serde_json::{Value, json};
use store::{Flow, NewAppClient, Store};

use crate::{
    company,
    config::{Database, Environment, Web, seals},
};

/// Subcommands of `watertight client`.
#[derive(Subcommand)]
pub(crate) enum Action {
    /// Add an application to a company's user pool, or change an existing one, and print it as JSON. A new secret is shown only this once.
    Put(Box<Application>),
    /// Print the applications of a company as JSON, without their secrets.
    List(list::List),
    /// Remove an application. Its codes and refresh tokens are refused at once, its access and ID tokens by every node within a second.
    Remove(remove::Remove),
}

/// The settings of an application. For an existing application, a setting that is left out does not change.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "a command line has flags")]
pub(crate) struct Application {
    /// The company's subdomain: `acme` in `acme.localhost`.
    #[arg(long)]
    company: TenantSlug,
    /// The client id. If it is left out, a new application with a random id is added.
    #[arg(long)]
    id: Option<ClientId>,
    /// The display name. A new application needs one.
    #[arg(long)]
    name: Option<String>,
    /// A way to get tokens: `USER_PASSWORD_AUTH`, `USER_SRP_AUTH`, `REFRESH_TOKEN_AUTH`, `code`, `client_credentials`. Repeat it for several. A new
    /// application needs at least one.
    #[arg(long = "flow")]
    flows: Vec<Flow>,
    /// A scope that the application may request, such as `openid` or `hr/employees.read`. Repeat it for several.
    #[arg(long = "scope", conflicts_with = "no_scope")]
    scopes: Vec<AccessScope>,
    /// Remove all scopes of the application.
    #[arg(long)]
    no_scope: bool,
    /// A redirect address for codes: `https`, `http` to this machine, or a private-use scheme such as `com.example.app:/callback`. Repeat it for several.
    #[arg(long = "redirect-uri", conflicts_with = "no_redirect_uri")]
    redirect_uris: Vec<RedirectUri>,
    /// Remove all redirect addresses of the application.
    #[arg(long)]
    no_redirect_uri: bool,
    /// A redirect address for the end of a sign-out. Repeat it for several.
    #[arg(long = "logout-uri", conflicts_with = "no_logout_uri")]
    logout_uris: Vec<RedirectUri>,
    /// Remove all sign-out addresses of the application.
    #[arg(long)]
    no_logout_uri: bool,
    /// Make a new secret. It replaces the existing one.
    #[arg(long)]
    secret: bool,
    /// Remove the secret. The client id alone is then enough to exchange the application's codes and refresh tokens.
    #[arg(long, conflicts_with = "secret")]
    public: bool,
    /// The lifetime of access tokens in minutes, from 5 to 15. A new application has 15 by default.
    #[arg(long, value_parser = clap::value_parser!(u32).range(5..=15))]
    access_minutes: Option<u32>,
    /// The lifetime of ID tokens in minutes, from 5 to 15. A new application has 15 by default.
    #[arg(long, value_parser = clap::value_parser!(u32).range(5..=15))]
    id_minutes: Option<u32>,
    /// The lifetime of a refresh-token family after the sign-in in minutes, from 60 to 5256000. A new application has 43200 (30 days) by default. A shorter
    /// lifetime also applies to existing families.
    #[arg(long, value_parser = clap::value_parser!(u32).range(60..=5_256_000))]
    refresh_minutes: Option<u32>,
    /// Replace a refresh token when it is used. This is the default of a new application.
    #[arg(long)]
    rotation: bool,
    /// Keep a refresh token when it is used, as Cognito does by default. Only for an application with a secret (RFC 9700 §4.14.2).
    #[arg(long, conflicts_with = "rotation")]
    no_rotation: bool,
    /// For how many seconds a replaced refresh token returns its successor again, from 0 to 60. A new application has 30 by default.
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=60))]
    grace_seconds: Option<u32>,
}

/// Runs the subcommand. Running nodes use a change within a second.
pub(crate) async fn run(environment: &Environment<'_>, action: Action) -> anyhow::Result<()> {
    match action {
        Action::Put(application) => put(environment, *application).await,
        Action::List(list) => list.run(environment).await,
        Action::Remove(remove) => remove.run(environment).await,
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
    let stored = secret.as_ref().map(|secret| secret.stored.clone());
    let named = id.clone();
    let change = move |known| application.changed(named, known, stored);
    let changed = store.change_app_client(tenant, id, change).await;
    let changed = changed
        .context("hint: a client id belongs to one company; leave `--id` out for a random one")?;
    let mut json = as_json(&changed?, &pool);
    json["issuer"] = json!(format!("{}/{pool}", web.settings.public_url));
    if let Some(secret) = &secret {
        json["client_secret"] = json!(secret.text.as_str());
    }
    println!("{json:#}");
    Ok(())
}

/// Returns the ids of a company and of its user pool.
async fn pool_of(store: &Store, slug: &TenantSlug) -> anyhow::Result<(TenantId, PoolId)> {
    let company = company::named(store, "--company", slug).await?;
    let pools = store.pools().await?;
    let pool = pools.into_iter().find(|pool| pool.tenant == company.id);
    Ok((company.id, pool.context("the company has no user pool")?.id))
}

/// The settings of an application as JSON. It shows whether there is a secret, but never the secret.
fn as_json(client: &NewAppClient, pool: &PoolId) -> Value {
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

/// Makes a client id of 26 random lower-case letters and digits, like those of Cognito.
fn random_id() -> anyhow::Result<ClientId> {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut bytes = [0; 26];
    getrandom::fill(&mut bytes)?;
    let text: String =
        bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    Ok(text.parse()?)
}

/// Checks combinations of settings that PostgreSQL's constraints do not check.
fn check(client: &NewAppClient) -> anyhow::Result<()> {
    let machine = client.flows.contains(&Flow::ClientCredentials);
    if machine && client.secret.is_none() {
        bail!(
            "`--flow client_credentials` needs a secret: a public client cannot authenticate itself\nhint: add `--secret`"
        );
    }
    if client.flows.contains(&Flow::Code) && client.redirect_uris.is_empty() {
        bail!(
            "`--flow code` needs a redirect address\nhint: add `--redirect-uri https://app.example/callback`"
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
    /// Applies the options to the existing application, or to a new one. `secret` is the new secret, if one was asked for.
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
            flows: replaced_or_known(known.flows, self.flows, false),
            scopes: replaced_or_known(known.scopes, self.scopes, self.no_scope),
            redirect_uris: replaced_or_known(
                known.redirect_uris,
                self.redirect_uris,
                self.no_redirect_uri,
            ),
            logout_uris: replaced_or_known(known.logout_uris, self.logout_uris, self.no_logout_uri),
            access_minutes: self.access_minutes.unwrap_or(known.access_minutes),
            id_minutes: self.id_minutes.unwrap_or(known.id_minutes),
            refresh_minutes: self.refresh_minutes.unwrap_or(known.refresh_minutes),
            rotates: (known.rotates || self.rotation) && !self.no_rotation,
            grace_seconds: self.grace_seconds.unwrap_or(known.grace_seconds),
        };
        check(&client)?;
        Ok(client)
    }

    /// A new application with default settings. The options must contain a name and at least one flow.
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

/// Returns `named` if it has items, nothing if `none` is set, else `known`.
fn replaced_or_known<T>(known: Vec<T>, named: Vec<T>, none: bool) -> Vec<T> {
    if none || !named.is_empty() { named } else { known }
}
