//! Logs, to standard error: text for people, JSON lines for machines.

use std::io::{self, IsTerminal};

use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, LevelFilter, filter_fn},
    fmt,
    registry::LookupSpan,
};

use super::{alert::AlertFilter, traces};
use crate::config::{ConfigError, Environment, invalid};

/// The default filter. It has no line for each request, because the load balancer in front writes one.
const DEFAULT: &str = "info,sqlx=warn,access=off";

/// Creates the log layer from `WATERTIGHT_LOG` and `WATERTIGHT_LOG_FORMAT`. Alerts are logged even if the filter is `off`.
///
/// If spans are exported, the log layer records them too: otherwise a line within such a span would lack the id of its request.
pub(super) fn layer<S>(
    environment: &Environment<'_>,
    traces: bool,
) -> Result<Box<dyn Layer<S> + Send + Sync>, ConfigError>
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    let hint = "set it to a filter such as `info` or `info,api=debug`";
    let filter = environment.parsed("WATERTIGHT_LOG", EnvFilter::new(DEFAULT), hint)?;
    // Without its own level limit this filter would enable every level, and libraries would format events that no layer reads.
    let deepest = if traces { LevelFilter::DEBUG } else { LevelFilter::OFF };
    let spans =
        filter_fn(move |metadata| traces && metadata.is_span() && traces::is_exported(metadata))
            .with_max_level_hint(deepest);
    let filter = filter.or(AlertFilter).or(spans);
    // No colours in a file or a pipe, where logs are searched as text.
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
