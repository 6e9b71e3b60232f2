//! Values of an employment: its number, its weekly hours and its status.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The number that a tenant gives an employee: positive, and unique within the tenant only, so two tenants can both have employee 1042.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "i64", into = "i64")]
pub struct EmployeeNumber(i64);

/// The number is zero, negative or above [`EmployeeNumber::MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a whole number from 1 to 999999999")]
pub struct InvalidEmployeeNumber;

impl EmployeeNumber {
    /// The largest number: nine digits, so it stays exact in JSON and in a spreadsheet.
    pub const MAX: i64 = 999_999_999;

    /// The number as an integer, 1 to [`Self::MAX`].
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for EmployeeNumber {
    type Error = InvalidEmployeeNumber;

    fn try_from(number: i64) -> Result<Self, Self::Error> {
        if (1..=Self::MAX).contains(&number) {
            Ok(Self(number))
        } else {
            Err(InvalidEmployeeNumber)
        }
    }
}

impl From<EmployeeNumber> for i64 {
    fn from(number: EmployeeNumber) -> Self {
        number.0
    }
}

impl fmt::Display for EmployeeNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Contracted hours per week, 0 to 168: a week has 168 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeeklyHours(u8);

/// The number of hours is negative or above 168.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a whole number from 0 to 168")]
pub struct InvalidWeeklyHours;

impl WeeklyHours {
    /// The hours as an integer, 0 to 168.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<i64> for WeeklyHours {
    type Error = InvalidWeeklyHours;

    fn try_from(hours: i64) -> Result<Self, Self::Error> {
        match u8::try_from(hours) {
            Ok(hours) if hours <= 168 => Ok(Self(hours)),
            _ => Err(InvalidWeeklyHours),
        }
    }
}

/// The status of an employment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EmploymentStatus {
    /// Employed and at work.
    Active,
    /// Employed, but away for some time.
    OnLeave,
    /// Hired, but the first day has not come yet.
    Starting,
    /// The employment has ended.
    Terminated,
}

/// The text is not an employment status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of `active`, `on_leave`, `starting`, `terminated`")]
pub struct UnknownStatus;

impl EmploymentStatus {
    /// Every status, in alphabetical order.
    pub const ALL: [Self; 4] = [Self::Active, Self::OnLeave, Self::Starting, Self::Terminated];

    /// The status as JSON, query parameters and the database spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::OnLeave => "on_leave",
            Self::Starting => "starting",
            Self::Terminated => "terminated",
        }
    }
}

impl FromStr for EmploymentStatus {
    type Err = UnknownStatus;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|status| status.as_str() == word).ok_or(UnknownStatus)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_to_nine_digits() {
        assert!(
            EmployeeNumber::try_from(1).is_ok() && EmployeeNumber::try_from(999_999_999).is_ok()
        );
        for odd in [0, -1, 1_000_000_000, i64::MAX, i64::MIN] {
            assert_eq!(EmployeeNumber::try_from(odd), Err(InvalidEmployeeNumber));
        }
    }

    #[test]
    fn a_week_has_168_hours() {
        assert_eq!(WeeklyHours::try_from(168).map(WeeklyHours::get), Ok(168));
        for odd in [-1, 169, 256, i64::MAX] {
            assert_eq!(WeeklyHours::try_from(odd), Err(InvalidWeeklyHours));
        }
    }

    #[test]
    fn every_status_round_trips() {
        for status in EmploymentStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
            assert_eq!(serde_json::to_value(status).ok(), Some(status.as_str().into()));
        }
    }
}
