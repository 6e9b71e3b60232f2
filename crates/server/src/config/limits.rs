//! The rate limits on guessing secrets, each with its variable.

use std::time::Duration;

use api::TrustedProxies;
use throttle::{AttemptLimits, Limit};

use super::environment::{ConfigError, Environment, invalid};

const LIMIT_HINT: &str = "set it to `burst/seconds`, for example `10/120`: ten attempts at once, then one more every 120 seconds";
const PAUSE: &str = "WATERTIGHT_RESET_PAUSE_SECONDS";
const PAUSE_HINT: &str = "set it to a number of seconds from 1 to 3600";
const PROXIES_HINT: &str =
    "set it to addresses or networks, for example `10.0.0.0/8 192.0.2.7`, or leave it out";

/// Reads the rate limits of `serve`.
pub(crate) fn limits(environment: &Environment<'_>) -> Result<AttemptLimits, ConfigError> {
    let default_value = AttemptLimits::default();
    let limit =
        |name: &str, default_value: Limit| environment.parsed(name, default_value, LIMIT_HINT);
    Ok(AttemptLimits {
        account_address: limit("WATERTIGHT_LIMIT_ACCOUNT_ADDRESS", default_value.account_address)?,
        account: limit("WATERTIGHT_LIMIT_ACCOUNT", default_value.account)?,
        address: limit("WATERTIGHT_LIMIT_ADDRESS", default_value.address)?,
        device: limit("WATERTIGHT_LIMIT_DEVICE", default_value.device)?,
        client_secret: limit("WATERTIGHT_LIMIT_CLIENT_SECRET", default_value.client_secret)?,
        refresh_token: limit("WATERTIGHT_LIMIT_REFRESH_TOKEN", default_value.refresh_token)?,
        remembered_device: limit(
            "WATERTIGHT_LIMIT_REMEMBERED_DEVICE",
            default_value.remembered_device,
        )?,
        widget_key: limit("WATERTIGHT_LIMIT_WIDGET_KEY", default_value.widget_key)?,
        draft: limit("WATERTIGHT_LIMIT_DRAFT", default_value.draft)?,
        reset: limit("WATERTIGHT_LIMIT_RESET", default_value.reset)?,
        reset_pause: pause(environment, default_value.reset_pause)?,
    })
}

/// Reads the proxies whose `X-Forwarded-For` is trusted; none by default.
pub(crate) fn trusted_proxies(
    environment: &Environment<'_>,
) -> Result<TrustedProxies, ConfigError> {
    environment.parsed("WATERTIGHT_TRUSTED_PROXIES", TrustedProxies::default(), PROXIES_HINT)
}

fn pause(environment: &Environment<'_>, default_value: Duration) -> Result<Duration, ConfigError> {
    let seconds = environment.parsed(PAUSE, default_value.as_secs(), PAUSE_HINT)?;
    if !(1..=3600).contains(&seconds) {
        return Err(invalid(PAUSE, format!("{seconds} seconds is out of range"), PAUSE_HINT));
    }
    Ok(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &'static str, text: &'static str) -> Result<AttemptLimits, ConfigError> {
        let read = move |asked: &str| (asked == name).then(|| text.to_owned());
        limits(&Environment::new(&read))
    }

    #[test]
    fn limits_are_those_that_are_set_or_the_defaults() {
        assert_eq!(read("", "").unwrap(), AttemptLimits::default());
        let set = read("WATERTIGHT_LIMIT_DEVICE", "3/60").unwrap();
        assert_eq!(
            set,
            AttemptLimits { device: "3/60".parse().unwrap(), ..AttemptLimits::default() }
        );
        assert_eq!(read(PAUSE, "5").unwrap().reset_pause, Duration::from_secs(5));
    }

    #[test]
    fn an_error_names_its_variable_and_what_is_allowed() {
        for (name, text) in [("WATERTIGHT_LIMIT_ACCOUNT", "10"), (PAUSE, "0"), (PAUSE, "1m")] {
            let error = read(name, text).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains("\nhint: "), "{error}");
        }
        let read = |_: &str| Some("10.0.0.0/8, proxy".to_owned());
        let error = trusted_proxies(&Environment::new(&read)).unwrap_err().to_string();
        assert!(
            error.contains("WATERTIGHT_TRUSTED_PROXIES") && error.contains("`proxy`"),
            "{error}"
        );
    }
}
