//! PostgreSQL and Redis for one run. They start empty; contestants have separate databases.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};
use dev::{
    folder::Folder,
    process::ask,
    reaper::Reaper,
    stack::{SUPERUSER_URL, Stack, StackOptions},
};
use store::BootstrapConfig;
use tokio::process::Command;

use super::Programs;

/// The environment variables of a program.
pub(super) type Environment = Vec<(&'static str, String)>;

/// The running stores, and the folder for logs.
#[derive(Debug)]
pub struct Stores {
    folder: Folder,
    environment: Environment,
}

/// A database of the product, with its two Redis databases.
#[derive(Clone, Copy, Debug)]
pub(super) struct Databases {
    /// The name of the PostgreSQL database.
    pub(super) database: &'static str,
    /// The number of the Redis database for sessions. The next one is the cache.
    pub(super) redis: u8,
}

impl Stores {
    /// Starts PostgreSQL and Redis. With `docker`, they run in Docker, and its proxy is between them and every contestant.
    ///
    /// # Errors
    /// If PostgreSQL or Redis does not start.
    pub async fn start(reaper: &Reaper, folder: Folder, docker: bool) -> Result<Self> {
        let options = StackOptions { reset: true, no_docker: !docker };
        let stack = Stack::start(reaper, &folder, options).await?;
        let environment = stack.environment();
        // The reaper owns the processes now and ends them when this program ends.
        drop(stack);
        Ok(Self { folder, environment })
    }

    /// The path of a program's log.
    pub(super) fn log(&self, name: &str) -> PathBuf {
        self.folder.at(&format!("{}.log", name.replace(' ', "-")))
    }

    /// Writes bytes to a file that a program reads, and returns its path.
    pub(super) fn file(&self, name: &str, bytes: &[u8]) -> Result<String> {
        let path = self.folder.at(name);
        fs::write(&path, bytes).with_context(|| format!("cannot write `{}`", path.display()))?;
        Ok(path.display().to_string())
    }

    /// The environment variables with which the product uses these databases.
    pub(super) fn of(&self, databases: Databases) -> Result<Environment> {
        let mut environment = self.environment.clone();
        for (name, value) in &mut environment {
            match *name {
                "WATERTIGHT_DATABASE_URL" => *value = replace_path(value, databases.database)?,
                "REDIS_SESSION_URL" => *value = replace_path(value, &databases.redis.to_string())?,
                "REDIS_CACHE_URL" => {
                    *value = replace_path(value, &(databases.redis + 1).to_string())?;
                }
                _ => {}
            }
        }
        Ok(environment)
    }

    /// Returns the value of one of the product's environment variables.
    pub(super) fn variable(&self, name: &str) -> Result<&str> {
        let found = self.environment.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str()).with_context(|| format!("`{name}` is not set"))
    }

    /// The URL of a Redis database, from 0 to 15.
    ///
    /// # Errors
    /// If the stores have no Redis.
    pub fn redis(&self, number: u8) -> Result<String> {
        replace_path(self.variable("REDIS_SESSION_URL")?, &number.to_string())
    }

    /// The URL of the product's database for a role. `password` names the environment variable with its password.
    ///
    /// # Errors
    /// If the stores have no such variable.
    pub fn database_of(&self, role: &str, password: &str) -> Result<String> {
        let url = self.variable("WATERTIGHT_DATABASE_URL")?;
        let user = format!("postgres://{role}:{}@", self.variable(password)?);
        Ok(url.replacen("postgres://", &user, 1))
    }

    /// Creates the roles and the tables of the product, as `watertight bootstrap` and `watertight migrate` do.
    ///
    /// # Errors
    /// If PostgreSQL refuses one of them.
    pub async fn create_schema(&self) -> Result<()> {
        let secret = |name| self.variable(name).map(str::to_owned);
        let config = BootstrapConfig {
            database: "watertight".to_owned(),
            owner_password: secret("WATERTIGHT_OWNER_PASSWORD")?,
            app_password: secret("WATERTIGHT_APP_PASSWORD")?,
            platform_password: secret("WATERTIGHT_PLATFORM_PASSWORD")?,
            session_password: Some(secret("WATERTIGHT_SESSION_PASSWORD")?),
        };
        store::bootstrap(self.variable(SUPERUSER_URL)?, &config).await?;
        let owner = self.database_of("watertight_owner", "WATERTIGHT_OWNER_PASSWORD")?;
        Ok(store::migrate(&owner).await?)
    }

    /// The Redis database of the peers.
    pub(super) fn peers_redis(&self) -> Result<String> {
        self.redis(15)
    }

    /// The PostgreSQL database of the peers: the superuser's, so that no access control slows a peer down.
    pub(super) fn peers_database(&self) -> Result<String> {
        Ok(self.variable(SUPERUSER_URL)?.to_owned())
    }

    /// Runs a command of one of the product's programs, such as `migrate`, with these databases, and returns the output.
    pub(super) async fn step(
        &self,
        programs: &Programs,
        program: &str,
        databases: Databases,
        arguments: &[&str],
    ) -> Result<String> {
        let mut command = Command::new(programs.at(program));
        command.args(arguments).envs(self.of(databases)?);
        ask(&format!("{program} {}", arguments.join(" ")), &mut command).await
    }
}

/// Replaces the database in a URL: the part after the last slash.
fn replace_path(url: &str, path: &str) -> Result<String> {
    match url.rsplit_once('/') {
        Some((before, _)) => Ok(format!("{before}/{path}")),
        None => bail!("the URL has no path"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_part_of_a_url_is_the_database() {
        assert_eq!(
            replace_path("redis://:pw@127.0.0.1:1/0", "7").unwrap(),
            "redis://:pw@127.0.0.1:1/7"
        );
        assert!(replace_path("redis", "7").is_err());
    }
}
