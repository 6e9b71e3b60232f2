//! The running PostgreSQL and Redis, and how the server finds them.

use std::time::Duration;

use anyhow::{Result, bail};

use crate::{
    folder::Folder,
    print::timed,
    process::Running,
    ready,
    reaper::Reaper,
    services::{docker::Docker, native::Native},
    state::State,
};

/// PostgreSQL and Redis, both ready.
#[derive(Debug)]
pub struct Stack {
    state: State,
    kind: &'static str,
    /// The processes, if this command runs them; empty if Docker or another command does.
    pub running: Vec<Running>,
}

/// How to start the stack.
#[derive(Clone, Copy, Debug, Default)]
pub struct StackOptions {
    /// Whether to start with an empty database.
    pub reset: bool,
    /// Whether not to use Docker, even if it is running.
    pub no_docker: bool,
}

impl Stack {
    /// Starts both: in Docker if an engine is running, otherwise as processes.
    ///
    /// # Errors
    /// If one of them does not start; with the last lines of its log.
    pub async fn start(reaper: &Reaper, folder: &Folder, options: StackOptions) -> Result<Self> {
        timed("starting the databases", Self::start_both(reaper, folder, options)).await
    }

    async fn start_both(reaper: &Reaper, folder: &Folder, options: StackOptions) -> Result<Self> {
        let state = State::current(folder).await?;
        match Docker::running(&state).await.filter(|_| !options.no_docker) {
            Some(docker) => Self::in_docker(reaper, docker, state, options).await,
            None => {
                Self::as_processes(reaper, &Native::installed(folder, &state)?, state, options)
                    .await
            }
        }
    }

    /// The stack that another command runs. Waits until it is ready.
    ///
    /// # Errors
    /// If there is none, or if it does not respond within one minute.
    pub async fn of_another(folder: &Folder) -> Result<Self> {
        let state = State::last(folder)?;
        let Some(state) = state else {
            bail!("there is no stack in this folder\nhint: run `just dev`")
        };
        let answers = async || {
            ready::postgres(state.postgres_port).await && ready::redis(state.redis_port).await
        };
        ready::until(
            "the stack that another command runs did not respond",
            Duration::from_mins(1),
            answers,
        )
        .await?;
        Ok(Self { state, kind: "run by another command", running: Vec::new() })
    }

    async fn in_docker(
        reaper: &Reaper,
        docker: Docker,
        state: State,
        options: StackOptions,
    ) -> Result<Self> {
        docker.need_images(reaper).await?;
        if options.reset {
            docker.forget().await?;
        }
        tokio::try_join!(
            docker.start_postgres(reaper, &state),
            docker.start_redis(reaper, &state)
        )?;
        Ok(Self { state, kind: "in Docker", running: Vec::new() })
    }

    async fn as_processes(
        reaper: &Reaper,
        native: &Native,
        state: State,
        options: StackOptions,
    ) -> Result<Self> {
        if options.reset {
            native.forget()?;
        }
        let (postgres, redis) = tokio::try_join!(
            native.start_postgres(reaper, &state),
            native.start_redis(reaper, &state)
        )?;
        Ok(Self { state, kind: "as processes of this command", running: vec![postgres, redis] })
    }

    /// The environment variables with the addresses of both, and with the passwords of all roles of the server.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let State { postgres_port, redis_port, redis_password, superuser_password, .. } =
            &self.state;
        let redis = format!("redis://:{redis_password}@127.0.0.1:{redis_port}");
        vec![
            ("WATERTIGHT_DATABASE_URL", format!("postgres://127.0.0.1:{postgres_port}/watertight")),
            ("WATERTIGHT_OWNER_PASSWORD", self.state.owner_password.clone()),
            ("WATERTIGHT_APP_PASSWORD", self.state.app_password.clone()),
            ("WATERTIGHT_PLATFORM_PASSWORD", self.state.platform_password.clone()),
            ("WATERTIGHT_SESSION_PASSWORD", self.state.session_password.clone()),
            (
                SUPERUSER_URL,
                format!(
                    "postgres://postgres:{superuser_password}@127.0.0.1:{postgres_port}/postgres"
                ),
            ),
            ("WATERTIGHT_ROOT_KEY", self.state.root_key.clone()),
            // In development one Redis serves both: sessions in its database 0, the cache in its database 1.
            ("REDIS_SESSION_URL", format!("{redis}/0")),
            ("REDIS_CACHE_URL", format!("{redis}/1")),
        ]
    }

    /// Where both listen and how they run, as texts for the terminal.
    pub fn addresses(&self) -> [(&'static str, String); 2] {
        let State { postgres_port, redis_port, .. } = &self.state;
        [
            ("PostgreSQL", format!("127.0.0.1:{postgres_port}, {}", self.kind)),
            ("Redis", format!("127.0.0.1:{redis_port}, {}", self.kind)),
        ]
    }
}

/// The environment variable that only `bootstrap` gets.
pub const SUPERUSER_URL: &str = "WATERTIGHT_SUPERUSER_URL";
