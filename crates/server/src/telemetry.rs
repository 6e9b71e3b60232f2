//! Logs, to standard error: text for people, JSON lines for machines.

use std::io::{self, IsTerminal};

use tracing_subscriber::{EnvFilter, fmt};

use crate::config::{ConfigError, Environment, invalid};

/// Starts logging as `WATERTIGHT_LOG` and `WATERTIGHT_LOG_FORMAT` say.
pub(crate) fn start(environment: &Environment<'_>) -> Result<(), ConfigError> {
    let hint = "set it to something like `info` or `info,api=debug`";
    let filter = environment.parsed("WATERTIGHT_LOG", EnvFilter::new("info,sqlx=warn"), hint)?;
    // A log that goes into a file or a pipe is searched as text.
    let colours = io::stderr().is_terminal() && environment.text("NO_COLOR").is_none();
    let subscriber =
        fmt().with_env_filter(filter).with_writer(io::stderr).with_target(false).with_ansi(colours);
    match environment.text("WATERTIGHT_LOG_FORMAT").as_deref() {
        Some("json") => subscriber.json().init(),
        Some("text") | None => subscriber.init(),
        Some(other) => {
            return Err(invalid(
                "WATERTIGHT_LOG_FORMAT",
                format!("`{other}`"),
                "set it to `text` or `json`",
            ));
        }
    }
    Ok(())
}
