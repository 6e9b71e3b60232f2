//! PostgreSQL and Redis as child processes, with their own ports and folder; never the system's services.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result, bail};
use tokio::process::Command;

use super::{REDIS_OPTIONS, TIMEOUT, owner::Owner};
use crate::{
    folder::Folder,
    print::print,
    process::{Running, Signal, ask, log_file},
    ready,
    reaper::Reaper,
    state::State,
};

/// The longest path of a folder, in bytes, whose socket fits into a socket's address: 107 bytes on Linux, three fewer on macOS.
const LONGEST_SOCKET_FOLDER: usize = 85;

/// The installed programs, and the folders for data and logs.
#[derive(Clone, Debug)]
pub struct Native {
    programs: PathBuf,
    home: PathBuf,
    logs: PathBuf,
    owner: Option<Owner>,
}

impl Native {
    /// Finds the programs and creates the folder.
    ///
    /// # Errors
    /// If a program is missing, or if the folder cannot be created.
    pub fn installed(folder: &Folder, state: &State) -> Result<Self> {
        let owner = Owner::needed()?;
        let mut home = folder.at("native");
        if let Some(owner) = owner.filter(|owner| !owner.reaches(&folder.at(""))) {
            home = Path::new("/var/lib/watertight-dev").join(&state.name);
            print(format_args!(
                "the database is in {}: only root can reach this folder, and PostgreSQL does not run as root",
                home.display()
            ));
            fs::create_dir_all(&home)?;
            owner.give(&home)?;
        }
        fs::create_dir_all(&home)
            .with_context(|| format!("`{}` cannot be created", home.display()))?;
        if let Some(owner) = owner {
            owner.give(&home)?;
        }
        let missing = "there is no Docker engine, and PostgreSQL is not installed\nhint: run `./setup.sh dev`";
        let programs = programs(&home.join("postgres")).context(missing)?;
        Ok(Self { programs, home, logs: folder.at(""), owner })
    }

    /// Starts PostgreSQL, with a new cluster if there is none, and waits until it is ready.
    ///
    /// # Errors
    /// If it does not start; with the last lines of its log.
    pub async fn start_postgres(&self, reaper: &Reaper, state: &State) -> Result<Running> {
        let data = self.home.join("postgres");
        if !data.join("PG_VERSION").exists() {
            self.make_cluster(&data, state).await?;
        }
        self.check_version(&data)?;
        let short = self.home.as_os_str().len() <= LONGEST_SOCKET_FOLDER;
        let socket = if short { self.home.display().to_string() } else { String::new() };
        let mut command = self.command(&self.programs.join("postgres"));
        command.arg("-D").arg(&data).args(["-p", &state.postgres_port.to_string()]);
        command.args([
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            &format!("unix_socket_directories={socket}"),
        ]);
        let mut running = self.start(reaper, "postgres", &mut command, Signal::Interrupt)?;
        self.wait(&mut running, async || ready::postgres(state.postgres_port).await).await?;
        Ok(running)
    }

    /// Starts an empty Redis, waits until it is ready and sets its password.
    ///
    /// # Errors
    /// If it does not start; with the last lines of its log.
    pub async fn start_redis(&self, reaper: &Reaper, state: &State) -> Result<Running> {
        let mut command = self.command(Path::new("redis-server"));
        command
            .args(["--port", &state.redis_port.to_string(), "--bind", "127.0.0.1"])
            .args(REDIS_OPTIONS);
        let mut running = self.start(reaper, "redis-server", &mut command, Signal::Terminate)?;
        self.wait(&mut running, async || ready::redis(state.redis_port).await).await?;
        ready::protect_redis(state.redis_port, &state.redis_password).await?;
        Ok(running)
    }

    /// Removes the files of the database.
    ///
    /// # Errors
    /// If a file cannot be removed.
    pub fn forget(&self) -> Result<()> {
        let data = self.home.join("postgres");
        if data.exists() {
            fs::remove_dir_all(&data)
                .with_context(|| format!("`{}` cannot be removed", data.display()))?;
        }
        Ok(())
    }

    async fn make_cluster(&self, data: &Path, state: &State) -> Result<()> {
        let password = self.home.join("password");
        let _none_left = fs::remove_file(&password);
        private_file(&password)?.write_all(state.superuser_password.as_bytes())?;
        if let Some(owner) = self.owner {
            owner.give(&password)?;
        }
        // Created under another name, so that an incomplete cluster is never used.
        let part = self.home.join("postgres.part");
        let _none_left = fs::remove_dir_all(&part);
        let mut command = self.command(&self.programs.join("initdb"));
        command.arg("-D").arg(&part).args([
            "--username=postgres",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
        ]);
        command.args(["--no-sync", "--pwfile"]).arg(&password);
        let made = ask("initdb", &mut command).await;
        fs::remove_file(&password)?;
        made?;
        Ok(fs::rename(&part, data)?)
    }

    /// PostgreSQL cannot read the files of another major version, and would report that only in its log.
    fn check_version(&self, data: &Path) -> Result<()> {
        let (files, program) = (version_of(data), version_of_programs(&self.programs));
        match (files, program) {
            (Some(files), Some(program)) if files != program => bail!(
                "the database was created by PostgreSQL {files}, but PostgreSQL {program} is installed\nhint: install PostgreSQL {files}, or run `just dev --reset` to start with an empty database"
            ),
            _ => Ok(()),
        }
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // A folder that the other user can enter.
        command.current_dir(&self.home);
        if let Some(owner) = self.owner {
            owner.run(&mut command);
        }
        command
    }

    fn start(
        &self,
        reaper: &Reaper,
        name: &str,
        command: &mut Command,
        signal: Signal,
    ) -> Result<Running> {
        let log = log_file(&self.log_of(name))?;
        command.stdout(Stdio::from(log.try_clone()?)).stderr(Stdio::from(log));
        Running::start(reaper, name, command, signal)
    }

    async fn wait(
        &self,
        running: &mut Running,
        mut answers: impl AsyncFnMut() -> bool,
    ) -> Result<()> {
        let log = self.log_of(running.name());
        let too_late = format!("`{}` was not ready", running.name());
        ready::until(&too_late, TIMEOUT, async || running.status().is_some() || answers().await)
            .await?;
        if let Some(status) = running.status() {
            let text = fs::read_to_string(&log).unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            let last = lines[lines.len().saturating_sub(8)..].join("\n");
            bail!(
                "`{}` stopped ({status}):\n{last}\nhint: the whole log is in `{}`",
                running.name(),
                log.display()
            );
        }
        Ok(())
    }

    fn log_of(&self, name: &str) -> PathBuf {
        self.logs.join(format!("{name}.log"))
    }
}

/// The folder with the programs of the version that created the data, otherwise of the newest version. On Debian it is not in `PATH`.
fn programs(data: &Path) -> Option<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"));
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let mut all: Vec<PathBuf> = debian
        .chain(std::env::split_paths(&on_path))
        .filter(|folder| is_complete(folder))
        .collect();
    all.sort_by_key(|folder| std::cmp::Reverse(version_of_programs(folder)));
    let wanted = version_of(data);
    let same =
        all.iter().position(|folder| wanted.is_some() && version_of_programs(folder) == wanted);
    (!all.is_empty()).then(|| all.swap_remove(same.unwrap_or(0)))
}

fn is_complete(folder: &Path) -> bool {
    ["postgres", "initdb"].iter().all(|program| folder.join(program).is_file())
}

/// The major version that created the data.
fn version_of(data: &Path) -> Option<u32> {
    fs::read_to_string(data.join("PG_VERSION")).ok()?.trim().parse().ok()
}

/// The major version in Debian's path `/usr/lib/postgresql/17/bin`; `None` elsewhere. Then only the program itself reports a wrong version.
fn version_of_programs(folder: &Path) -> Option<u32> {
    folder.parent()?.file_name()?.to_str()?.parse().ok()
}

fn private_file(path: &Path) -> Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let opened = fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(path);
    opened.with_context(|| format!("`{}` cannot be written", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_debians_path_and_from_nowhere_else() {
        assert_eq!(version_of_programs(Path::new("/usr/lib/postgresql/17/bin")), Some(17));
        assert_eq!(version_of_programs(Path::new("/opt/homebrew/bin")), None);
    }
}
