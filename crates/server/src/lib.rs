//! The command line of Watertight. The binaries of the product and of the lab build both call [`run`].

mod client;
mod company;
mod config;
mod external;
mod failure;
mod families;
mod faults;
mod incident;
mod keys;
mod listen;
mod pool;
#[cfg(feature = "lab")]
mod prepare;
mod redis_check;
mod refill;
mod reseal;
mod revocations;
mod role;
mod seed;
mod serve;
mod session_days;
mod session_store;
mod sign_out;
mod stop;
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
    /// Create the roles and the database. Needs a superuser; run it once per PostgreSQL server.
    Bootstrap,
    /// Apply the migrations, as the owner of the tables.
    Migrate,
    /// Add the companies of the demonstration: Acme Corp, `BetaCo` and `GammaCorp`.
    Seed {
        /// The number of employees of each company, from 60 to 100000. About 120 by default.
        #[arg(long)]
        employees: Option<u32>,
        /// Delete the rows of these companies first.
        #[arg(long)]
        reset: bool,
    },
    /// Start the web server.
    Serve,
    /// Investigate a failure of tenant isolation, and act on it.
    Incident {
        #[command(subcommand)]
        incident: Incident,
    },
    /// Suspend, open or delete a company, on every node at once. Export, restore or erase its data.
    Tenant {
        #[command(subcommand)]
        action: tenant::Action,
    },
    /// Manage the applications that may get tokens from a company's user pool.
    Client {
        #[command(subcommand)]
        action: client::Action,
    },
    /// Link the users of a trusted external issuer to accounts of a company.
    External {
        #[command(subcommand)]
        action: external::Action,
    },
    /// Change the settings of a company's user pool.
    Pool {
        #[command(subcommand)]
        action: pool::Action,
    },
    /// Change the role of an account.
    Role {
        #[command(subcommand)]
        action: role::Action,
    },
    /// Sign out every user of a company, or of all companies: ends all sessions and tokens on every node.
    SignOut(sign_out::SignOut),
    /// Rotate or revoke the keys that sign a company's tokens.
    Keys {
        #[command(subcommand)]
        action: keys::Action,
    },
    /// Seal everything at rest again, under the current root key, so that the previous one can be removed. Safe while nodes run, and safe to repeat.
    Reseal(reseal::Reseal),
    /// Print a new root key for `WATERTIGHT_ROOT_KEY`. It is a secret.
    RootKey,
    /// Verify a signed token, a compact JWS on standard input. The exit code is 0 if it is valid and 1 if it is not.
    VerifyJws(verify_jws::VerifyJws),
    /// Print the `OpenAPI` document.
    Openapi,
    /// Add the role that bypasses row-level security to a migrated database. Needs a superuser. The product refuses to serve that database afterwards.
    #[cfg(feature = "lab")]
    Prepare,
}

/// Runs the command that the arguments of this process name, and returns its exit code. An error is printed to standard error.
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
    let done = runtime.block_on(run_command(arguments.command, &environment, &mut telemetry));
    telemetry.end();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failure::report(&error),
    }
}

async fn run_command(
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
        Command::Tenant { action } => tenant::run(environment, action).await,
        Command::Client { action } => client::run(environment, action).await,
        Command::External { action } => external::run(environment, action).await,
        Command::Pool { action } => pool::run(environment, action).await,
        Command::Role { action } => role::run(environment, action).await,
        Command::SignOut(whose) => sign_out::run(environment, whose).await,
        Command::Keys { action } => keys::run(environment, action).await,
        Command::Reseal(options) => reseal::run(environment, &options).await,
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
        Command::Prepare => prepare::prepare(environment).await,
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
