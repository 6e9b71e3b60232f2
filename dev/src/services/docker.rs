//! PostgreSQL and Redis as containers. The database is in a named volume, so a new container finds it.

use anyhow::{Context, Result, bail};
use tokio::process::Command;

use super::{REDIS_OPTIONS, TIMEOUT};
use crate::{
    print::timed,
    process::{ask, run},
    ready,
    reaper::{Reaper, Started},
    state::State,
};

const POSTGRES: &str = "postgres:17";
const REDIS: &str = "redis:8";

/// The Docker engine, and the names of the containers of this stack.
#[derive(Clone, Debug)]
pub struct Docker {
    postgres: String,
    redis: String,
}

impl Docker {
    /// The engine; `None` if none responds.
    pub async fn running(state: &State) -> Option<Self> {
        let answer = ask(
            "docker info",
            Command::new("docker").args(["info", "--format", "{{.ServerVersion}}"]),
        )
        .await;
        // Without an engine the client prints nothing and, in some versions, reports no error.
        let engine = answer.is_ok_and(|version| !version.is_empty());
        engine.then(|| Self {
            postgres: format!("{}-postgres", state.name),
            redis: format!("{}-redis", state.name),
        })
    }

    /// Makes sure that both images are available; pulls missing ones.
    ///
    /// # Errors
    /// If an image is missing and cannot be pulled.
    pub async fn need_images(&self, reaper: &Reaper) -> Result<()> {
        for image in [POSTGRES, REDIS] {
            if ask(
                "docker",
                Command::new("docker").args(["image", "inspect", "--format", "{{.Id}}", image]),
            )
            .await
            .is_err()
            {
                let mut command = Command::new("docker");
                let pulled = run(reaper, "docker pull", command.args(["pull", image]));
                timed(&format!("pulling {image}"), pulled).await?;
            }
        }
        Ok(())
    }

    /// Starts PostgreSQL and waits until it is ready.
    ///
    /// # Errors
    /// If it does not start; with the last lines of its log.
    pub async fn start_postgres(&self, reaper: &Reaper, state: &State) -> Result<()> {
        let mut command = self.command(reaper, &self.postgres, state.postgres_port, 5432).await?;
        // `--env` with a name only takes the value from the client's environment, so that the list of processes does not show it.
        command
            .env("POSTGRES_PASSWORD", &state.superuser_password)
            .args(["--env", "POSTGRES_PASSWORD"]);
        command.args([
            "--volume",
            &format!("{}:/var/lib/postgresql/data", self.postgres),
            "--shm-size",
            "256m",
            POSTGRES,
        ]);
        ask("docker run", &mut command).await?;
        self.wait(&self.postgres, async || ready::postgres(state.postgres_port).await).await
    }

    /// Starts an empty Redis, waits until it is ready and sets its password.
    ///
    /// # Errors
    /// If it does not start; with the last lines of its log.
    pub async fn start_redis(&self, reaper: &Reaper, state: &State) -> Result<()> {
        let mut command = self.command(reaper, &self.redis, state.redis_port, 6379).await?;
        command.args(["--tmpfs", "/data", REDIS, "redis-server"]).args(REDIS_OPTIONS);
        ask("docker run", &mut command).await?;
        self.wait(&self.redis, async || ready::redis(state.redis_port).await).await?;
        ready::protect_redis(state.redis_port, &state.redis_password).await
    }

    /// Removes the container and the volume of the database.
    ///
    /// # Errors
    /// If the engine refuses, for instance because something else uses the volume.
    pub async fn forget(&self) -> Result<()> {
        self.remove(&self.postgres).await;
        ask(
            "docker volume rm",
            Command::new("docker").args(["volume", "rm", "--force", &self.postgres]),
        )
        .await?;
        Ok(())
    }

    /// `docker run` up to the options of the image. Removes an earlier container of the same name first.
    async fn command(
        &self,
        reaper: &Reaper,
        name: &str,
        port: u16,
        inside: u16,
    ) -> Result<Command> {
        self.remove(name).await;
        reaper.watch(Started::Container { name: name.to_owned() })?;
        let mut command = Command::new("docker");
        command.args(["run", "--detach", "--name", name, "--label", "watertight.dev=true"]);
        command.args(["--publish", &format!("127.0.0.1:{port}:{inside}")]);
        Ok(command)
    }

    async fn remove(&self, name: &str) {
        let _none_left =
            ask("docker rm", Command::new("docker").args(["rm", "--force", "--volumes", name]))
                .await;
    }

    async fn wait(&self, name: &str, mut answers: impl AsyncFnMut() -> bool) -> Result<()> {
        let mut stopped = false;
        let too_late = format!("the container `{name}` was not ready");
        let waited = ready::until(&too_late, TIMEOUT, async || {
            if answers().await {
                return true;
            }
            let state = Command::new("docker")
                .args(["inspect", "--format", "{{.State.Running}}", name])
                .output()
                .await;
            stopped = !state.is_ok_and(|state| state.stdout.starts_with(b"true"));
            stopped
        });
        waited.await?;
        if stopped {
            let logs = Command::new("docker").args(["logs", "--tail", "12", name]).output().await;
            let logs = logs.context("`docker logs` cannot be started")?;
            let text =
                String::from_utf8_lossy(&logs.stdout) + String::from_utf8_lossy(&logs.stderr);
            bail!(
                "the container `{name}` stopped:\n{}\nhint: run `just dev --reset` to start with an empty database",
                text.trim()
            );
        }
        Ok(())
    }
}
