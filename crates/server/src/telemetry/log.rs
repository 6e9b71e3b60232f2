//! Logs, to standard error: text for people, JSON lines for machines.

use std::io::{self, IsTerminal};

use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, LevelFilter, filter_fn},
    fmt,
    registry::LookupSpan,
};

use super::{alert::OfAnAlert, traces};
use crate::config::{ConfigError, Environment, invalid};

/// Without a word from the operator: no line for each request, which the balancer before us writes as well.
const DEFAULT: &str = "info,sqlx=warn,access=off";

/// Logs as `WATERTIGHT_LOG` and `WATERTIGHT_LOG_FORMAT` say. An alert is logged even if they say `off`.
///
/// Where spans are exported, the log knows them too: a line in the middle of one could not say of which request it is.
pub(super) fn layer<S>(
    environment: &Environment<'_>,
    traces: bool,
) -> Result<Box<dyn Layer<S> + Send + Sync>, ConfigError>
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    let hint = "set it to something like `info` or `info,api=debug`";
    let filter = environment.parsed("WATERTIGHT_LOG", EnvFilter::new(DEFAULT), hint)?;
    // Without a bound of its own this would ask for everything, and every library would put together what nobody reads.
    let deepest = if traces { LevelFilter::DEBUG } else { LevelFilter::OFF };
    let spans =
        filter_fn(move |metadata| traces && metadata.is_span() && traces::is_exported(metadata))
            .with_max_level_hint(deepest);
    let filter = filter.or(OfAnAlert).or(spans);
    // A log that goes into a file or a pipe is searched as text.
    let colours = io::stderr().is_terminal() && environment.text("NO_COLOR").is_none();
    let lines = fmt::layer().with_writer(io::stderr).with_target(false).with_ansi(colours);
    match environment.text("WATERTIGHT_LOG_FORMAT").as_deref() {
        Some("json") => Ok(lines.json().with_filter(filter).boxed()),
        Some("text") | None => Ok(lines.with_filter(filter).boxed()),
        Some(other) => Err(invalid(
            "WATERTIGHT_LOG_FORMAT",
            format!("`{other}`"),
            "set it to `text` or `json`",
        )),
    }
}
