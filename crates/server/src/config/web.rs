//! The configuration of the web server: its listen address, its public address and the settings of the API.

use std::{net::SocketAddr, num::NonZeroUsize, path::PathBuf, thread, time::Duration};

use api::{PublicUrl, Settings};

use super::{
    Timeouts,
    admin_credentials::admin_credentials,
    environment::{ConfigError, Environment, PUBLIC_URL, invalid},
    external::{ConfiguredIssuer, external_issuers},
    limits::trusted_proxies,
    session_store::session_store_name,
};
use crate::seed;

const ALLOW_REMOTE: &str = "WATERTIGHT_DEMO_ALLOW_REMOTE";
const KEY_DAYS: &str = "WATERTIGHT_KEY_ROTATION_DAYS";
const DRAIN_SECONDS: &str = "WATERTIGHT_DRAIN_SECONDS";

/// The configuration of the web server.
pub(crate) struct Web {
    /// The address to listen on.
    pub(crate) listen: SocketAddr,
    /// The number of worker threads.
    pub(crate) workers: NonZeroUsize,
    /// The folder of the built pages. Without it only the API is served.
    pub(crate) ui_folder: Option<PathBuf>,
    /// The age at which a pool's signing keys are rotated.
    pub(crate) key_age: Duration,
    /// External issuers that tenants trust besides their own user pools.
    pub(crate) external: Vec<ConfiguredIssuer>,
    /// The timeouts for slow clients.
    pub(crate) timeouts: Timeouts,
    /// How long the node is not ready after SIGTERM before it stops.
    pub(crate) drain_period: Duration,
    /// The settings of the API.
    pub(crate) settings: Settings,
}

impl Web {
    pub(crate) fn read(environment: &Environment<'_>) -> Result<Self, ConfigError> {
        let public_url: PublicUrl = environment.public_url().parse().map_err(|error| {
            invalid(PUBLIC_URL, error, "set it to an address such as `https://hr.example`")
        })?;
        let demo = environment.parsed("WATERTIGHT_DEMO", false, "set it to `true` or `false`")?;
        if demo && public_url.base_domain() != "localhost" {
            let why =
                format!("the public address is `{public_url}`, and demo passwords are public");
            return Err(invalid(
                "WATERTIGHT_DEMO",
                why,
                "leave it out, or serve on `localhost` only",
            ));
        }
        let allow_remote =
            environment.parsed(ALLOW_REMOTE, false, "set it to `true` or `false`")?;
        let cores = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let workers =
            environment.parsed("WATERTIGHT_WORKERS", cores, "set it to a number above 0")?;
        let timeouts = Timeouts::read(environment)?;
        Ok(Self {
            listen: environment.parsed(
                "WATERTIGHT_LISTEN",
                ([127, 0, 0, 1], 8080).into(),
                "set it to `address:port`",
            )?,
            workers,
            timeouts,
            key_age: key_age(environment)?,
            drain_period: drain_period(environment)?,
            external: external_issuers(environment, &public_url)?,
            ui_folder: environment.text("WATERTIGHT_UI_DIR").map(PathBuf::from),
            settings: Settings {
                public_url,
                demo_password: demo.then(|| seed::demo::PASSWORD.to_owned()),
                local_only: demo && !allow_remote,
                admins: admin_credentials(environment)?,
                body_timeout: timeouts.body,
                proxies: trusted_proxies(environment)?,
                session_store: session_store_name(environment),
            },
        })
    }
}

/// Reads the age at which signing keys are rotated: 1 to 366 days, 90 by default.
fn key_age(environment: &Environment<'_>) -> Result<Duration, ConfigError> {
    const HINT: &str = "set it to a number of days from 1 to 366";
    let days: u64 = environment.parsed(KEY_DAYS, 90, HINT)?;
    if !(1..=366).contains(&days) {
        return Err(invalid(KEY_DAYS, format!("{days} days is out of range"), HINT));
    }
    Ok(Duration::from_secs(days * 24 * 60 * 60))
}

/// Reads how long the node is not ready before it stops: 0 to 300 seconds, 0 by default.
fn drain_period(environment: &Environment<'_>) -> Result<Duration, ConfigError> {
    const HINT: &str = "set it to a number of seconds from 0 to 300";
    let seconds: u64 = environment.parsed(DRAIN_SECONDS, 0, HINT)?;
    if seconds > 300 {
        return Err(invalid(DRAIN_SECONDS, format!("{seconds} seconds is out of range"), HINT));
    }
    Ok(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web(url: &'static str, demo: &'static str) -> Result<Web, ConfigError> {
        allowing(url, demo, "")
    }

    fn allowing(
        url: &'static str,
        demo: &'static str,
        allow_remote: &'static str,
    ) -> Result<Web, ConfigError> {
        let read = move |name: &str| match name {
            "WATERTIGHT_PUBLIC_URL" => Some(url.to_owned()),
            "WATERTIGHT_DEMO" => Some(demo.to_owned()),
            ALLOW_REMOTE => Some(allow_remote.to_owned()),
            _ => None,
        };
        Web::read(&Environment::new(&read))
    }

    #[test]
    fn demo_accounts_are_refused_anywhere_but_on_localhost() {
        assert!(web("http://localhost:8080", "true").is_ok());
        assert!(web("https://hr.example", "false").is_ok());
        assert!(
            web("https://hr.example", "true")
                .is_err_and(|error| error.to_string().contains("WATERTIGHT_DEMO"))
        );
    }

    /// O5: a node is not ready for at most five minutes before it stops.
    #[test]
    fn the_drain_period_is_at_most_five_minutes() {
        let read = |value: &'static str| {
            let value = move |_: &str| Some(value.to_owned());
            drain_period(&Environment::new(&value))
        };
        assert_eq!(read("300").unwrap(), Duration::from_mins(5));
        for odd in ["301", "-1", "soon"] {
            assert!(read(odd).unwrap_err().to_string().contains(DRAIN_SECONDS), "{odd}");
        }
    }

    /// G7: a demonstration refuses other machines unless they are allowed. Any other installation accepts them.
    #[test]
    fn a_demonstration_is_for_this_machine() {
        for (demo, allow_remote, local_only) in [
            ("true", "", true),
            ("true", "false", true),
            ("true", "true", false),
            ("false", "", false),
            ("", "false", false),
        ] {
            let web = allowing("http://localhost:8080", demo, allow_remote).unwrap();
            assert_eq!(web.settings.local_only, local_only, "{demo} {allow_remote}");
        }
        let odd = allowing("http://localhost:8080", "true", "perhaps").err().unwrap();
        assert!(odd.to_string().contains(ALLOW_REMOTE), "{odd}");
    }
}
