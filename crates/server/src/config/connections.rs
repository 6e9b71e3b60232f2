//! How many connections the server takes at once, and how long a slow client may hold one (row G10).

use std::{num::NonZeroUsize, ops::RangeInclusive, time::Duration};

use rustix::process::{Resource, getrlimit};

use super::environment::{ConfigError, Environment, invalid};

const MAX_CONNECTIONS: &str = "WATERTIGHT_MAX_CONNECTIONS";
const RAISE_HINT: &str = "raise the limit of open files (`ulimit -n`, `LimitNOFILE=` in systemd)";

/// The default for the most connections. Each can hold a request head of up to 128 KiB, so 4,096 hold at most 512 MiB.
const DEFAULT_CONNECTIONS: u64 = 4_096;
/// The fewest connections with which a node is useful. With fewer it does not start.
const MIN_CONNECTIONS: u64 = 16;
/// Open files beside connections to clients and stores: listeners, logs, timers of the workers, key fetches, traces.
const OTHER_FILES: u64 = 64;
/// Connections to both Redis: each worker has two and the node has four, and while they reconnect there can be twice as many.
const REDIS_PER_WORKER: u64 = 4;
const REDIS_PER_NODE: u64 = 8;
/// Connections of the platform role (see `store`).
const PLATFORM_CONNECTIONS: u64 = 4;

/// How long a client may take for each step of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    /// To send the head of the first request on a connection; then the answer is 408.
    pub(crate) head: Duration,
    /// To send a whole body, of at most 16 KiB; then the answer is 408.
    pub(crate) body: Duration,
    /// To begin the next request on an open connection; then it is closed.
    pub(crate) idle: Duration,
    /// From one byte that the server sends to the next, including waiting, head, body and work; then the connection is closed.
    pub(crate) request: Duration,
    /// To receive 16 KiB of a response that waits because the client's receive window is full; then the connection is closed.
    pub(crate) response: Duration,
}

/// The most connections that one worker holds; further ones wait in the backlog of the listener.
///
/// # Errors
/// [`ConfigError`] if they do not fit into the limit of open files of this process. It names the numbers.
pub(crate) fn connections_per_worker(
    environment: &Environment<'_>,
    workers: NonZeroUsize,
    database_connections: u32,
) -> Result<usize, ConfigError> {
    let requested = match environment.text(MAX_CONNECTIONS) {
        Some(_) => Some(environment.parsed(
            MAX_CONNECTIONS,
            DEFAULT_CONNECTIONS,
            "set it to a number from 16 on",
        )?),
        None => None,
    };
    let workers = u64::try_from(workers.get()).unwrap_or(u64::MAX);
    let reserved = OTHER_FILES
        + REDIS_PER_NODE
        + workers.saturating_mul(REDIS_PER_WORKER)
        + PLATFORM_CONNECTIONS
        + u64::from(database_connections);
    let most = max_connections(getrlimit(Resource::Nofile).current, reserved, requested)?;
    Ok(usize::try_from((most / workers).max(1)).unwrap_or(usize::MAX))
}

/// The most connections to clients, with `limit` open files of which the process needs `reserved` itself.
fn max_connections(
    limit: Option<u64>,
    reserved: u64,
    requested: Option<u64>,
) -> Result<u64, ConfigError> {
    let available = limit.map_or(u64::MAX, |limit| limit.saturating_sub(reserved));
    let limit = limit.unwrap_or(u64::MAX);
    if available < MIN_CONNECTIONS {
        let why = format!(
            "this process may open {limit} files and needs {reserved} itself, which leaves {available} connections; at least {MIN_CONNECTIONS} are needed"
        );
        return Err(invalid(MAX_CONNECTIONS, why, RAISE_HINT));
    }
    match requested {
        Some(requested) if requested > available => {
            let why = format!(
                "{requested} connections and {reserved} files of this process itself are more than the {limit} that it may open"
            );
            Err(invalid(
                MAX_CONNECTIONS,
                why,
                &format!("{RAISE_HINT}, or set it to at most {available}"),
            ))
        }
        Some(requested) if requested < MIN_CONNECTIONS => Err(invalid(
            MAX_CONNECTIONS,
            format!("{requested} connections are too few"),
            &format!("set it to at least {MIN_CONNECTIONS}"),
        )),
        Some(requested) => Ok(requested),
        None => Ok(available.min(DEFAULT_CONNECTIONS)),
    }
}

impl Timeouts {
    pub(crate) fn read(environment: &Environment<'_>) -> Result<Self, ConfigError> {
        let read = |name: &str, default_value| milliseconds(environment, name, default_value);
        let timeouts = Self {
            head: read("WATERTIGHT_HEAD_TIMEOUT_MS", 5_000)?,
            body: read("WATERTIGHT_BODY_TIMEOUT_MS", 10_000)?,
            idle: read("WATERTIGHT_IDLE_TIMEOUT_MS", 5_000)?,
            request: read(REQUEST, 30_000)?,
            response: read("WATERTIGHT_RESPONSE_TIMEOUT_MS", 10_000)?,
        };
        let steps = timeouts.idle + timeouts.head + timeouts.body;
        if timeouts.request <= steps {
            let why = format!(
                "{} ms leave no time for work after waiting, head and body, which may take {} ms",
                timeouts.request.as_millis(),
                steps.as_millis()
            );
            let hint = "set it higher than the timeouts for idle, head and body together";
            return Err(invalid(REQUEST, why, hint));
        }
        Ok(timeouts)
    }
}

const REQUEST: &str = "WATERTIGHT_REQUEST_TIMEOUT_MS";

fn milliseconds(
    environment: &Environment<'_>,
    name: &str,
    default_value: u64,
) -> Result<Duration, ConfigError> {
    const ALLOWED: RangeInclusive<u64> = 100..=600_000;
    const HINT: &str = "set it to a number of milliseconds from 100 to 600000";
    let milliseconds = environment.parsed(name, default_value, HINT)?;
    if ALLOWED.contains(&milliseconds) {
        Ok(Duration::from_millis(milliseconds))
    } else {
        Err(invalid(name, format!("{milliseconds} ms is out of range"), HINT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G10: connections stay below the limit of open files, with what the process needs itself taken off.
    #[test]
    fn connections_fit_into_the_limit_of_open_files() {
        assert_eq!(max_connections(Some(1_024), 100, None).unwrap(), 924);
        assert_eq!(max_connections(Some(1_000_000), 100, None).unwrap(), DEFAULT_CONNECTIONS);
        assert_eq!(max_connections(None, 100, None).unwrap(), DEFAULT_CONNECTIONS);
        assert_eq!(max_connections(Some(1_024), 100, Some(924)).unwrap(), 924);
        assert_eq!(max_connections(None, 100, Some(50_000)).unwrap(), 50_000);
    }

    /// G10: the error names the limit, what the process needs itself, and what to do.
    #[test]
    fn too_many_connections_are_refused_with_the_numbers() {
        for (limit, asked, parts) in [
            (1_024, Some(925), ["925", "1024", "at most 924"]),
            (110, None, ["110", "leaves 10", "ulimit -n"]),
            (64, Some(32), ["64", "leaves 0", "ulimit -n"]),
            (1_024, Some(3), ["3", MAX_CONNECTIONS, "at least 16"]),
        ] {
            let error = max_connections(Some(limit), 100, asked).unwrap_err().to_string();
            for part in parts {
                assert!(error.contains(part), "{error}");
            }
        }
    }

    #[test]
    fn the_request_timeout_exceeds_the_timeouts_of_its_steps() {
        let read = |name: &str| (name == REQUEST).then(|| "20000".to_owned());
        let error = Timeouts::read(&Environment::new(&read)).unwrap_err().to_string();
        assert!(error.contains("20000 ms"), "{error}");
        let read = |name: &str| (name == "WATERTIGHT_HEAD_TIMEOUT_MS").then(|| "99".to_owned());
        assert!(Timeouts::read(&Environment::new(&read)).is_err());
        let timeouts = Timeouts::read(&Environment::new(&|_: &str| None)).unwrap();
        assert_eq!(timeouts.body, Duration::from_secs(10));
    }
}
