//! How many attempts are allowed at once, and how fast more become available.

use std::{fmt, num::NonZeroU32, str::FromStr, time::Duration};

/// The largest burst and the longest period, in seconds. Larger values are probably typing errors: a counter would be kept for years.
const LARGEST_BURST: u32 = 100_000;
const LONGEST_PERIOD: u64 = 86_400;

/// A GCRA limit: `burst` attempts at once, then one more per `period`. Its text is `burst/seconds`, for example `10/120`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    burst: NonZeroU32,
    period: Duration,
}

/// The text is not a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected `burst/seconds`, for example `10/120`, with a burst from 1 to {LARGEST_BURST} and 1 to {LONGEST_PERIOD} seconds"
)]
pub struct InvalidLimit;

impl Limit {
    const fn of(burst: u32, period_seconds: u64) -> Self {
        let burst = match NonZeroU32::new(burst) {
            Some(burst) => burst,
            None => NonZeroU32::MIN,
        };
        Self { burst, period: Duration::from_secs(period_seconds) }
    }

    /// The number of attempts that are allowed at once.
    pub const fn burst(self) -> NonZeroU32 {
        self.burst
    }

    /// The time after which one more attempt is allowed.
    pub const fn period(self) -> Duration {
        self.period
    }
}

impl FromStr for Limit {
    type Err = InvalidLimit;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (burst, seconds) = text.split_once('/').ok_or(InvalidLimit)?;
        let burst: u32 = burst.parse().map_err(|_| InvalidLimit)?;
        let seconds: u64 = seconds.parse().map_err(|_| InvalidLimit)?;
        if !(1..=LARGEST_BURST).contains(&burst) || !(1..=LONGEST_PERIOD).contains(&seconds) {
            return Err(InvalidLimit);
        }
        Ok(Self::of(burst, seconds))
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.burst, self.period.as_secs())
    }
}

/// The limits that an operator can set. `docs/configuration.md` gives the reason for each default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Wrong passwords or codes for one account from one client address.
    pub account_address: Limit,
    /// Wrong passwords or codes for one account from all unknown devices together.
    pub account: Limit,
    /// Wrong passwords or codes from one client address, for all accounts of a tenant together.
    pub address: Limit,
    /// Wrong passwords for one account from one device that signed in to it before.
    pub device: Limit,
    /// Wrong client secrets for one application from one client address.
    pub client_secret: Limit,
    /// Wrong refresh tokens from one client address at one tenant.
    pub refresh_token: Limit,
    /// Requests for a reset code for one account.
    pub reset: Limit,
    /// The time after a mailed reset code in which no further one is mailed to the account.
    pub reset_pause: Duration,
}

impl Limits {
    /// The limit that allows one code per `reset_pause`.
    pub(crate) const fn pause(&self) -> Limit {
        Limit { burst: NonZeroU32::MIN, period: self.reset_pause }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            account_address: Limit::of(10, 120),
            account: Limit::of(50, 60),
            address: Limit::of(100, 6),
            device: Limit::of(10, 120),
            client_secret: Limit::of(20, 30),
            refresh_token: Limit::of(100, 6),
            reset: Limit::of(5, 600),
            reset_pause: Duration::from_mins(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_read_as_it_is_printed() {
        let limit: Limit = "10/120".parse().unwrap();
        assert_eq!(limit, Limits::default().account_address);
        assert_eq!(limit.to_string(), "10/120");
    }

    #[test]
    fn a_malformed_limit_is_refused() {
        for odd in
            ["", "10", "10/", "/120", "0/120", "10/0", "-1/5", "10/1.5", "1000000/1", "1/86401"]
        {
            assert_eq!(odd.parse::<Limit>(), Err(InvalidLimit), "{odd}");
        }
    }

    /// G2: one client address cannot use up the attempts that an account has for all addresses together, so one stranger never slows down the account's owner.
    #[test]
    fn one_address_cannot_use_up_an_account() {
        let Limits { account_address, account, .. } = Limits::default();
        assert!(account_address.burst() < account.burst());
        assert!(account_address.period() > account.period());
    }
}
