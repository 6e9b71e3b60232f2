//! PostgreSQL and Redis for one run: empty at first, used by all contestants, each with a database of its own.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};
use dev::{
    folder::Folder,
    process::ask,
    reaper::Reaper,
    stack::{SUPERUSER_URL, Stack, StackOptions},
};
use tokio::process::Command;

use super::Programs;

/// The environment of a program.
pub(super) type Environment = Vec<(&'static str, String)>;

/// The stores, and where logs go.
#[derive(Debug)]
pub struct Stores {
    folder: Folder,
    environment: Environment,
}

/// A database of the product's and the two Redis databases that belong to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The name of the PostgreSQL database.
    pub(super) database: &'static str,
    /// The number of the Redis database for sessions; the next one is for bodies.
    pub(super) redis: u8,
}

impl Stores {
    /// Starts both. `docker` leaves them to the engine, whose proxy then stands between them and everybody who is measured.
    ///
    /// # Errors
    /// If one of them does not come up.
    pub async fn start(reaper: &Reaper, folder: Folder, docker: bool) -> Result<Self> {
        let options = StackOptions { reset: true, no_docker: !docker };
        let stack = Stack::start(reaper, &folder, options).await?;
        let environment = stack.environment();
        // Its processes are the reaper's by now, and end with us.
        drop(stack);
        Ok(Self { folder, environment })
    }

    /// Where a program's log goes.
    pub(super) fn log(&self, name: &str) -> PathBuf {
        self.folder.at(&format!("{}.log", name.replace(' ', "-")))
    }

    /// Keeps bytes for a program to read.
    pub(super) fn file(&self, name: &str, bytes: &[u8]) -> Result<String> {
        let path = self.folder.at(name);
        fs::write(&path, bytes)
            .with_context(|| format!("`{}` cannot be written", path.display()))?;
        Ok(path.display().to_string())
    }

    /// The environment in which the product finds one of its places.
    pub(super) fn of(&self, place: Place) -> Result<Environment> {
        let mut environment = self.environment.clone();
        for (name, value) in &mut environment {
            match *name {
                "WATERTIGHT_DATABASE_URL" => *value = replace_path(value, place.database)?,
                "REDIS_SESSION_URL" => *value = replace_path(value, &place.redis.to_string())?,
                "REDIS_CACHE_URL" => *value = replace_path(value, &(place.redis + 1).to_string())?,
                _ => {}
            }
        }
        Ok(environment)
    }

    /// A variable of the product's environment.
    pub(super) fn variable(&self, name: &str) -> Result<&str> {
        let found = self.environment.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str()).with_context(|| format!("`{name}` is not known"))
    }

    /// The URL of a Redis database, from 0 to 15.
    ///
    /// # Errors
    /// If the stores have no Redis.
    pub fn redis(&self, number: u8) -> Result<String> {
        replace_path(self.variable("REDIS_SESSION_URL")?, &number.to_string())
    }

    /// The Redis database of the peers.
    pub(super) fn peers_redis(&self) -> Result<String> {
        self.redis(15)
    }

    /// The PostgreSQL database of the peers: the superuser's own, so that nothing there holds a peer back.
    pub(super) fn peers_database(&self) -> Result<String> {
        Ok(self.variable(SUPERUSER_URL)?.to_owned())
    }

    /// Runs one step of one of the product's programs, such as `migrate`, in one of its places.
    pub(super) async fn step(
        &self,
        programs: &Programs,
        program: &str,
        place: Place,
        arguments: &[&str],
    ) -> Result<String> {
        let mut command = Command::new(programs.at(program));
        command.args(arguments).envs(self.of(place)?);
        ask(&format!("{program} {}", arguments.join(" ")), &mut command).await
    }
}

/// The URL with another database: what stands behind its last slash.
fn replace_path(url: &str, path: &str) -> Result<String> {
    match url.rsplit_once('/') {
        Some((before, _)) => Ok(format!("{before}/{path}")),
        None => bail!("a URL without a path"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_databases_of_its_own() {
        assert_eq!(
            replace_path("redis://:pw@127.0.0.1:1/0", "7").unwrap(),
            "redis://:pw@127.0.0.1:1/7"
        );
        assert!(replace_path("redis", "7").is_err());
    }
}
