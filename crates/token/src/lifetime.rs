//! Token lifetimes, and the tolerance for clock differences (row T4b).

use chrono::{DateTime, TimeDelta, Utc};

use crate::InvalidToken;

/// The lifetime of an ID or access token: 5 to 15 minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenLifetime(u16);

/// The number of seconds is outside the bounds of [`TokenLifetime`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid token lifetime: expected 300 to 900 seconds")]
pub struct InvalidLifetime;

/// The accepted difference between the clocks of the issuer and of the verifier: 0 to 60 seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leeway(u8);

/// The number of seconds is outside the bounds of [`Leeway`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid leeway: expected 0 to 60 seconds")]
pub struct InvalidLeeway;

impl TokenLifetime {
    /// The lower bound: 5 minutes.
    pub const SHORTEST: Self = Self(300);
    /// The upper bound: 15 minutes.
    pub const LONGEST: Self = Self(900);

    /// A lifetime of that many seconds.
    ///
    /// # Errors
    /// [`InvalidLifetime`] if `seconds` is less than 300 or more than 900.
    pub const fn from_seconds(seconds: u16) -> Result<Self, InvalidLifetime> {
        if seconds < Self::SHORTEST.0 || seconds > Self::LONGEST.0 {
            return Err(InvalidLifetime);
        }
        Ok(Self(seconds))
    }

    /// The lifetime in seconds, as in `ExpiresIn` and `expires_in`.
    pub const fn seconds(self) -> u16 {
        self.0
    }
}

impl Default for TokenLifetime {
    /// 15 minutes, the longest lifetime.
    fn default() -> Self {
        Self::LONGEST
    }
}

impl Leeway {
    /// The upper bound: 60 seconds.
    pub const LONGEST: Self = Self(60);

    /// A leeway of that many seconds.
    ///
    /// # Errors
    /// [`InvalidLeeway`] if `seconds` is more than 60.
    pub const fn from_seconds(seconds: u8) -> Result<Self, InvalidLeeway> {
        if seconds > Self::LONGEST.0 { Err(InvalidLeeway) } else { Ok(Self(seconds)) }
    }

    /// The leeway in seconds.
    pub const fn seconds(self) -> u8 {
        self.0
    }
}

impl Default for Leeway {
    /// 30 seconds, more than synchronized clocks ever need.
    fn default() -> Self {
        Self(30)
    }
}

/// How long a public key must stay trusted if it signed its last token at `last_signature`: the longest lifetime and leeway later (row T8).
pub fn trusted_until(last_signature: DateTime<Utc>) -> DateTime<Utc> {
    let seconds = i64::from(TokenLifetime::LONGEST.0) + i64::from(Leeway::LONGEST.0);
    last_signature + TimeDelta::seconds(seconds)
}

/// The times in a token, in seconds since the Unix epoch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    pub(crate) issued: i64,
    pub(crate) not_before: Option<i64>,
    pub(crate) expires: i64,
}

impl Times {
    /// The times of a token that is issued at `now` and expires after `lifetime`.
    pub(crate) fn from(now: DateTime<Utc>, lifetime: TokenLifetime) -> Self {
        let issued = now.timestamp();
        Self { issued, not_before: None, expires: issued + i64::from(lifetime.0) }
    }

    /// Checks that the token is valid at `now` and that its lifetime is at most `longest` seconds.
    pub(crate) fn check(
        self,
        now: DateTime<Utc>,
        leeway: Leeway,
        longest: i64,
    ) -> Result<(), InvalidToken> {
        let (now, leeway) = (now.timestamp(), i64::from(leeway.0));
        // Saturating, because a token may contain any number.
        if now >= self.expires.saturating_add(leeway) {
            return Err(InvalidToken::Expired);
        }
        let from = self.not_before.unwrap_or(self.issued).max(self.issued);
        if now < from.saturating_sub(leeway) {
            return Err(InvalidToken::NotYetValid);
        }
        if self.expires <= self.issued {
            return Err(InvalidToken::Claims);
        }
        if self.expires.saturating_sub(self.issued) > longest {
            return Err(InvalidToken::LifetimeTooLong);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T4b: a lifetime outside the bounds cannot be configured.
    #[test]
    fn a_token_lives_five_to_fifteen_minutes() {
        for (seconds, fits) in [(0, false), (299, false), (300, true), (900, true), (901, false)] {
            assert_eq!(TokenLifetime::from_seconds(seconds).is_ok(), fits, "{seconds}");
        }
    }

    /// T4b: a leeway of more than a minute cannot be configured.
    #[test]
    fn clocks_are_at_most_a_minute_apart() {
        for (seconds, fits) in [(0, true), (60, true), (61, false), (255, false)] {
            assert_eq!(Leeway::from_seconds(seconds).is_ok(), fits, "{seconds}");
        }
    }

    /// T4b, T8: a token is valid from its time of issue until it expires, to the second, with the leeway on both sides.
    #[test]
    fn token_times_are_checked_to_the_second() {
        let times = Times { issued: 1000, not_before: None, expires: 1900 };
        let at = |now: i64, times: Times| {
            let now = DateTime::from_timestamp(now, 0).unwrap();
            times.check(now, Leeway::LONGEST, 900)
        };
        assert_eq!(at(939, times), Err(InvalidToken::NotYetValid));
        assert_eq!(at(940, times), Ok(()));
        assert_eq!(at(1959, times), Ok(()));
        assert_eq!(at(1960, times), Err(InvalidToken::Expired));
        assert_eq!(
            at(1500, Times { not_before: Some(1561), ..times }),
            Err(InvalidToken::NotYetValid)
        );
        assert_eq!(at(1500, Times { not_before: Some(1560), ..times }), Ok(()));
        assert_eq!(at(1500, Times { expires: 1901, ..times }), Err(InvalidToken::LifetimeTooLong));
        assert_eq!(
            at(1500, Times { expires: i64::MAX, ..times }),
            Err(InvalidToken::LifetimeTooLong)
        );
        assert_eq!(
            at(0, Times { issued: i64::MIN, expires: i64::MAX, not_before: None }),
            Err(InvalidToken::LifetimeTooLong)
        );
        assert_eq!(at(1000, Times { expires: 1000, ..times }), Err(InvalidToken::Claims));
    }
}
