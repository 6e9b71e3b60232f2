//! How many attempts are allowed at once, and how fast more become available.

use std::{
    fmt,
    num::{IntErrorKind, NonZeroU32, ParseIntError},
    str::FromStr,
    time::Duration,
};

/// The largest burst and the longest period, in seconds. Larger values are probably typing errors: a counter would be kept for years.
const LARGEST_BURST: u32 = 100_000;
const LONGEST_PERIOD: u64 = 86_400;

/// A GCRA limit: `burst` attempts at once, then one more per `period`. Its text is `burst/seconds`, for example `10/120`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    burst: NonZeroU32,
    period: Duration,
}

/// Why a text is not a [`Limit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLimit {
    /// The text, or the number before or after the slash, is empty.
    #[error("a number is missing: expected `burst/seconds`, for example `10/120`")]
    Missing,
    /// The text is not two whole numbers with a slash between them.
    #[error("expected two whole numbers `burst/seconds`, for example `10/120`")]
    Malformed,
    /// The burst is 0 or too large.
    #[error("the burst is out of range: expected 1 to {LARGEST_BURST}")]
    Burst,
    /// The number of seconds is 0 or too large.
    #[error("the seconds are out of range: expected 1 to {LONGEST_PERIOD}")]
    Seconds,
}

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
        if text.is_empty() {
            return Err(InvalidLimit::Missing);
        }
        let (burst, seconds) = text.split_once('/').ok_or(InvalidLimit::Malformed)?;
        let burst: u32 = number(burst, InvalidLimit::Burst)?;
        let seconds: u64 = number(seconds, InvalidLimit::Seconds)?;
        if !(1..=LARGEST_BURST).contains(&burst) {
            return Err(InvalidLimit::Burst);
        }
        if !(1..=LONGEST_PERIOD).contains(&seconds) {
            return Err(InvalidLimit::Seconds);
        }
        Ok(Self::of(burst, seconds))
    }
}

/// Parses a whole number. One that does not fit into its type is out of range.
fn number<T>(text: &str, out_of_range: InvalidLimit) -> Result<T, InvalidLimit>
where
    T: FromStr<Err = ParseIntError>,
{
    text.parse().map_err(|error: ParseIntError| match error.kind() {
        IntErrorKind::Empty => InvalidLimit::Missing,
        IntErrorKind::PosOverflow => out_of_range,
        _ => InvalidLimit::Malformed,
    })
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.burst, self.period.as_secs())
    }
}

/// The limits that an operator can set. `docs/configuration.md` gives the reason for each default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptLimits {
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
    /// Unknown cookies of remembered devices from one client address at one tenant.
    pub remembered_device: Limit,
    /// Wrong keys of widgets from one client address at one tenant.
    pub widget_key: Limit,
    /// Onboarding drafts begun from one client address at one tenant.
    pub draft: Limit,
    /// Requests for a reset code for one account.
    pub reset: Limit,
    /// The time after a mailed reset code in which no further one is mailed to the account.
    pub reset_pause: Duration,
}

impl AttemptLimits {
    /// The limit that allows one code per `reset_pause`.
    pub(crate) const fn pause(&self) -> Limit {
        Limit { burst: NonZeroU32::MIN, period: self.reset_pause }
    }
}

impl Default for AttemptLimits {
    fn default() -> Self {
        Self {
            account_address: Limit::of(10, 120),
            account: Limit::of(50, 60),
            address: Limit::of(100, 6),
            device: Limit::of(10, 120),
            client_secret: Limit::of(20, 30),
            refresh_token: Limit::of(100, 6),
            remembered_device: Limit::of(100, 6),
            widget_key: Limit::of(100, 6),
            draft: Limit::of(20, 300),
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
        assert_eq!(limit, AttemptLimits::default().account_address);
        assert_eq!(limit.to_string(), "10/120");
    }

    #[test]
    fn a_missing_a_malformed_and_a_large_number_are_different_errors() {
        for (odd, error) in [
            ("", InvalidLimit::Missing),
            ("10/", InvalidLimit::Missing),
            ("/120", InvalidLimit::Missing),
            ("10", InvalidLimit::Malformed),
            ("-1/5", InvalidLimit::Malformed),
            ("10/1.5", InvalidLimit::Malformed),
            ("0/120", InvalidLimit::Burst),
            ("1000000/1", InvalidLimit::Burst),
            ("99999999999/1", InvalidLimit::Burst),
            ("10/0", InvalidLimit::Seconds),
            ("1/86401", InvalidLimit::Seconds),
            ("1/99999999999999999999", InvalidLimit::Seconds),
        ] {
            assert_eq!(odd.parse::<Limit>(), Err(error), "{odd}");
        }
    }

    /// G2: one client address cannot use up the attempts that an account has for all addresses together, so one stranger never slows down the account's owner.
    #[test]
    fn one_address_cannot_use_up_an_account() {
        let AttemptLimits { account_address, account, .. } = AttemptLimits::default();
        assert!(account_address.burst() < account.burst());
        assert!(account_address.period() > account.period());
    }
}
