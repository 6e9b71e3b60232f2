//! The session policies that a company can choose from, and how long sessions last under each.

use std::{str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};

/// How long the sessions of a company last, and how strictly browsers send their cookie (rows C1, C2 and P10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SessionPolicy {
    /// Sessions last a day, and devices may stay signed in longer. A link from another site carries the session (`SameSite=Lax`).
    #[default]
    Standard,
    /// Sessions end after half an hour without use. No link from another site carries the session (`SameSite=Strict`).
    Strict,
}

/// The text is not a session policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of `standard`, `strict`")]
pub struct UnknownSessionPolicy;

impl SessionPolicy {
    /// Every policy that a company can choose.
    pub const ALL: [Self; 2] = [Self::Standard, Self::Strict];
    /// The longest absolute lifetime of all policies.
    pub const LONGEST: Duration = Duration::from_hours(24);
    /// The longest idle time of all policies.
    pub const LONGEST_IDLE: Duration = Duration::from_hours(2);

    /// A session expires after this time without a request (ASVS 7.3.1).
    pub const fn idle(self) -> Duration {
        match self {
            Self::Standard => Self::LONGEST_IDLE,
            Self::Strict => Duration::from_mins(30),
        }
    }

    /// A session expires this long after sign-in, even if it is used (ASVS 7.3.2).
    pub const fn absolute(self) -> Duration {
        match self {
            Self::Standard => Self::LONGEST,
            Self::Strict => Duration::from_hours(8),
        }
    }

    /// Whether a device may stay signed in when its session has ended (row C3).
    pub const fn allows_remembered_devices(self) -> bool {
        matches!(self, Self::Standard)
    }

    /// The policy as JSON, session records and the database spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Strict => "strict",
        }
    }
}

impl FromStr for SessionPolicy {
    type Err = UnknownSessionPolicy;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|policy| policy.as_str() == word).ok_or(UnknownSessionPolicy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_round_trips() {
        for policy in SessionPolicy::ALL {
            assert_eq!(policy.as_str().parse(), Ok(policy));
        }
        assert!("Strict".parse::<SessionPolicy>().is_err());
    }

    /// S3: no policy lasts longer than the limits that stores and revocations are built for.
    #[test]
    fn no_policy_exceeds_the_longest() {
        for policy in SessionPolicy::ALL {
            assert!(policy.idle() <= SessionPolicy::LONGEST_IDLE, "{policy:?}");
            assert!(policy.absolute() <= SessionPolicy::LONGEST, "{policy:?}");
            assert!(policy.idle() < policy.absolute(), "{policy:?}");
        }
    }
}
