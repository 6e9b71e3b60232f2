//! The command line of Watertight, of the product and of the laboratory alike: both binaries are a call of [`run`].

mod build;
mod client;
mod company;
mod config;
mod external;
mod failure;
mod families;
mod incident;
mod keys;
mod listen;
mod pool;
mod redis_fitness;
mod refill;
mod reseal;
mod revocations;
mod role;
mod seed;
mod serve;
mod telemetry;
mod tenant;
mod timed_stream;
mod verify_jws;

use std::process::ExitCode;

use chrono::Utc;
use clap::{Parser, Subcommand};
use config::{Database, Environment, with_hint};
use incident::Incident;
use seed::SeedOptions;
use telemetry::Telemetry;

/// Watertight: a small multi-tenant HR product. Configuration comes from the environment, see `docs/configuration.md`.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make the roles and the database; needs a superuser, once per PostgreSQL.
    Bootstrap,
    /// Bring the tables up to date, as their owner.
    Migrate,
    /// Fill the demonstration: Acme Corp, `BetaCo` and `GammaCorp`.
    Seed {
        /// How many employees each company gets; about 120 if not said.
        #[arg(long)]
        employees: Option<u32>,
        /// Throw the companies' rows away first.
        #[arg(long)]
        reset: bool,
    },
    /// Answer requests.
    Serve,
    /// Ask what happened when a lock broke, and act.
    Incident {
        #[command(subcommand)]
        incident: Incident,
    },
    /// Suspend, open or delete a company, at once on every node.
    Tenant {
        #[command(subcommand)]
        verb: tenant::Verb,
    },
    /// Say which applications may ask a company's pool for tokens.
    Client {
        #[command(subcommand)]
        verb: client::Verb,
    },
    /// Say whose account somebody is whom a trusted issuer knows by a name of its own.
    External {
        #[command(subcommand)]
        verb: external::Verb,
    },
    /// Say how a company's pool signs, and what it allows.
    Pool {
        #[command(subcommand)]
        verb: pool::Verb,
    },
    /// Change what an account may do.
    Role {
        #[command(subcommand)]
        verb: role::Verb,
    },
    /// Rotate or revoke the keys that sign a company's tokens.
    Keys {
        #[command(subcommand)]
        verb: keys::Verb,
    },
    /// Seal anew what the previous root key sealed, so that it can go. Safe while nodes serve, and to run again.
    Reseal(reseal::Reseal),
    /// Print a fresh root key for `WATERTIGHT_ROOT_KEY`. It is a secret.
    RootKey,
    /// Verify a signed token: compact JWS on standard input, exit code 0 if it holds and 1 if it is refused.
    VerifyJws(verify_jws::VerifyJws),
    /// Print the `OpenAPI` document.
    Openapi,
    /// Give a migrated database the role that no policy binds; needs a superuser. No product serves it from then on.
    #[cfg(feature = "lab")]
    Prepare,
}

/// Does what the arguments of this process say.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failure::report(&error.into()),
    };
    let read = |name: &str| std::env::var(name).ok();
    let environment = Environment::new(&read);
    let mut telemetry = match Telemetry::start(&environment) {
        Ok(telemetry) => telemetry,
        Err(error) => return failure::report(&error),
    };
    let done = runtime.block_on(obey(arguments.command, &environment, &mut telemetry));
    telemetry.end();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failure::report(&error),
    }
}

async fn obey(
    command: Command,
    environment: &Environment<'_>,
    telemetry: &mut Telemetry,
) -> anyhow::Result<()> {
    match command {
        Command::Serve => serve::serve(environment, telemetry).await,
        Command::Incident { incident } => incident::run(environment, incident).await,
        Command::Bootstrap => {
            let database = Database::read(environment)?;
            with_hint(store::bootstrap(&database.superuser_url()?, &database.bootstrap()?).await)
        }
        Command::Migrate => {
            with_hint(store::migrate(&Database::read(environment)?.owner_url()?).await)
        }
        Command::Seed { employees, reset } => {
            let today = Utc::now().date_naive();
            refill::fill(environment, SeedOptions { employees, reset, today }).await
        }
        Command::Tenant { verb } => tenant::obey(environment, verb).await,
        Command::Client { verb } => client::obey(environment, verb).await,
        Command::External { verb } => external::obey(environment, verb).await,
        Command::Pool { verb } => pool::obey(environment, verb).await,
        Command::Role { verb } => role::obey(environment, verb).await,
        Command::Keys { verb } => keys::obey(environment, verb).await,
        Command::Reseal(options) => reseal::obey(environment, &options).await,
        Command::RootKey => {
            println!("{}", seal::RootKey::random()?.to_base64().as_str());
            Ok(())
        }
        Command::VerifyJws(options) => verify_jws::verify(&options, std::io::stdin()),
        Command::Openapi => {
            println!("{}", api::openapi_document().to_pretty_json()?);
            Ok(())
        }
        #[cfg(feature = "lab")]
        Command::Prepare => build::prepare(environment).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G12, T11: values that other programs choose may begin with a hyphen: a `kid` is in base64url, and an issuer chooses its subjects.
    #[test]
    fn a_value_may_begin_with_a_hyphen() {
        for words in [
            "keys revoke --kid -Zm9v",
            "external unlink --company acme --issuer https://idp.example --subject -Zm9v",
        ] {
            let parsed = Arguments::try_parse_from(
                [&["watertight"], &words.split(' ').collect::<Vec<_>>()[..]].concat(),
            );
            assert!(parsed.is_ok(), "{words}: {}", parsed.err().unwrap());
        }
    }
}
