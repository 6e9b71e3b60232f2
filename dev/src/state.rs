//! The state that one start leaves for the next: ports and passwords.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::OpenOptionsExt,
};

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::{folder::Folder, ready::free_port};

/// Ports and passwords of the stack of one checkout. Passwords are generated once, with 192 random bits each.
#[derive(Clone, Serialize, Deserialize)]
pub struct State {
    /// The prefix for the names of containers and volumes, different in each checkout.
    pub name: String,
    /// The port of PostgreSQL on the loopback address.
    pub postgres_port: u16,
    /// The port of Redis on the loopback address.
    pub redis_port: u16,
    /// The password of PostgreSQL's superuser `postgres`.
    pub superuser_password: String,
    /// The password of `watertight_owner`.
    pub owner_password: String,
    /// The password of `watertight_app`.
    pub app_password: String,
    /// The password of `watertight_platform`.
    pub platform_password: String,
    /// The password of `watertight_session`. An older state without one gets one.
    #[serde(default)]
    pub session_password: String,
    /// The password of Redis.
    pub redis_password: String,
    /// The root key, in base64. An older state without a root key gets one.
    #[serde(default)]
    pub root_key: String,
}

impl State {
    /// The state of the last start.
    ///
    /// # Errors
    /// If the file is there and cannot be read.
    pub fn last(folder: &Folder) -> Result<Option<Self>> {
        let path = folder.at("stack.json");
        match fs::read(&path) {
            Err(_) => Ok(None),
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).with_context(|| {
                format!(
                    "`{}` cannot be read\nhint: delete it and run `just dev --reset`",
                    path.display()
                )
            }),
        }
    }

    /// The state of this start: the last one, or a new one. A port that another program has taken since then is replaced.
    ///
    /// # Errors
    /// If it cannot be read, created or saved.
    pub async fn current(folder: &Folder) -> Result<Self> {
        let mut state = match Self::last(folder)? {
            Some(state) => state,
            None => Self::new()?,
        };
        if state.root_key.is_empty() {
            state.root_key = root_key()?;
        }
        if state.session_password.is_empty() {
            state.session_password = secret()?;
        }
        state.postgres_port = free_port(Some(state.postgres_port)).await?;
        state.redis_port = free_port(Some(state.redis_port)).await?;
        state.keep(folder)?;
        Ok(state)
    }

    fn new() -> Result<Self> {
        Ok(Self {
            name: format!("watertight-dev-{}", &secret()?[..8]),
            postgres_port: 0,
            redis_port: 0,
            superuser_password: secret()?,
            owner_password: secret()?,
            app_password: secret()?,
            platform_password: secret()?,
            session_password: secret()?,
            redis_password: secret()?,
            root_key: root_key()?,
        })
    }

    /// Saves it in a file that only the current user can read.
    fn keep(&self, folder: &Folder) -> Result<()> {
        let path = folder.at("stack.json");
        let part = folder.at("stack.json.part");
        let _none_left = fs::remove_file(&part);
        let written =
            OpenOptions::new().create_new(true).write(true).mode(0o600).open(&part).and_then(
                |mut file| {
                    file.write_all(&serde_json::to_vec_pretty(self)?)?;
                    fs::rename(&part, &path)
                },
            );
        written.with_context(|| format!("`{}` cannot be written", path.display()))
    }
}

/// A random password of 48 hexadecimal digits, which need no escaping in a URL.
///
/// # Errors
/// If the operating system provides no random bytes.
pub(crate) fn secret() -> Result<String> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).context("the operating system provides no random bytes")?;
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Ok(digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect())
}

/// 32 random bytes in base64, as `watertight root-key` prints them.
fn root_key() -> Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).context("the operating system provides no random bytes")?;
    Ok(STANDARD.encode(bytes))
}

/// Shows only the name and the ports, because the state contains passwords.
impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State")
            .field("name", &self.name)
            .field("postgres_port", &self.postgres_port)
            .field("redis_port", &self.redis_port)
            .finish_non_exhaustive()
    }
}
