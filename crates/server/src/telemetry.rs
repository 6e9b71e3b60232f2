//! Logs, to standard error: text for people, JSON lines for machines.

use tracing_subscriber::{EnvFilter, fmt};

use crate::config::{ConfigError, Environment};

/// Starts logging as `WATERTIGHT_LOG` and `WATERTIGHT_LOG_FORMAT` say.
pub(crate) fn start(environment: &Environment<'_>) -> Result<(), ConfigError> {
    let hint = "set it to something like `info` or `info,api=debug`";
    let filter = environment.parsed("WATERTIGHT_LOG", EnvFilter::new("info,sqlx=warn"), hint)?;
    let subscriber = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    if environment.text("WATERTIGHT_LOG_FORMAT").as_deref() == Some("json") {
        subscriber.json().init();
    } else {
        subscriber.init();
    }
    Ok(())
}
