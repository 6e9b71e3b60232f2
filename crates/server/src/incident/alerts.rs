//! `watertight incident alerts`: prints recorded alerts, one per line, oldest first.

use std::{
    fmt::Write,
    num::{IntErrorKind, ParseIntError},
    str::FromStr,
};

use chrono::{SecondsFormat, TimeDelta, Utc};
use store::Alert;
use uuid::Uuid;

use crate::config::{Database, Environment};

/// The most alerts that are printed: the newest ones.
const MAX_ALERTS: u32 = 10_000;
/// Printed in a column that has no value.
const NO_VALUE: &str = "-";

/// A time span before now, such as `90m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Since(TimeDelta);

impl Since {
    /// The span as a time difference.
    pub(super) const fn span(self) -> TimeDelta {
        self.0
    }
}

/// Prints the alerts of this span. Columns are separated by one tab, so that `cut` and spreadsheets can read them.
pub(super) async fn print(environment: &Environment<'_>, since: Since) -> anyhow::Result<()> {
    let store = Database::read(environment)?.connect().await?;
    let alerts = store.alerts_since(Utc::now() - since.0, MAX_ALERTS).await?;
    print!("{}", table(&alerts));
    if alerts.len() >= MAX_ALERTS as usize {
        eprintln!("hint: only the newest {MAX_ALERTS} alerts are printed; set a shorter `--since`");
    }
    Ok(())
}

fn table(alerts: &[Alert]) -> String {
    let mut text = "at\tkind\ttenant\tforeign_tenant\trequest_id\tfamily\trows\n".to_owned();
    for alert in alerts {
        let at = alert.at.to_rfc3339_opts(SecondsFormat::Millis, true);
        let tenant = alert.tenant.map_or_else(|| NO_VALUE.to_owned(), |tenant| tenant.to_string());
        let foreign = alert.foreign.map_or_else(|| NO_VALUE.to_owned(), |id| id.to_string());
        let request =
            alert.request.map_or_else(|| NO_VALUE.to_owned(), |id| id.simple().to_string());
        let family = alert.family.as_deref().unwrap_or(NO_VALUE);
        let kind = &alert.kind;
        let rows = rows(&alert.rows);
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{at}\t{kind}\t{tenant}\t{foreign}\t{request}\t{family}\t{rows}");
    }
    text
}

fn rows(ids: &[Uuid]) -> String {
    if ids.is_empty() {
        return NO_VALUE.to_owned();
    }
    ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(",")
}

/// Why a text is not a time span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidSince {
    /// The text, or the part before the unit, is empty.
    #[error("the number is missing: expected a number and a unit, for example `90m`")]
    MissingNumber,
    /// The text ends with a digit.
    #[error("the unit is missing: add `s`, `m`, `h` or `d`, for example `90m`")]
    MissingUnit,
    /// The text ends with another character than a unit.
    #[error("unknown unit: expected `s`, `m`, `h` or `d`, for example `90m`")]
    UnknownUnit,
    /// The part before the unit is not a whole number.
    #[error("invalid number: expected a whole number before the unit, for example `90m`")]
    Number,
    /// The number does not fit into 32 bits.
    #[error("the number is too large: expected at most {}", u32::MAX)]
    TooLarge,
}

impl FromStr for Since {
    type Err = InvalidSince;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unit = text.chars().last().ok_or(InvalidSince::MissingNumber)?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            '0'..='9' => return Err(InvalidSince::MissingUnit),
            _ => return Err(InvalidSince::UnknownUnit),
        };
        let number = text.strip_suffix(unit).unwrap_or_default();
        let number: u32 = number.parse().map_err(|error: ParseIntError| match error.kind() {
            IntErrorKind::Empty => InvalidSince::MissingNumber,
            IntErrorKind::PosOverflow => InvalidSince::TooLarge,
            _ => InvalidSince::Number,
        })?;
        let span = TimeDelta::try_seconds(i64::from(number) * seconds);
        let span = span.ok_or(InvalidSince::TooLarge)?;
        // At most 100 years, so that the time before the span is within the calendar.
        Ok(Self(span.min(TimeDelta::days(36_500))))
    }
}

#[cfg(test)]
mod tests {
    use domain::TenantId;

    use super::*;

    #[test]
    fn a_time_span_is_a_number_and_a_unit() {
        assert_eq!("90m".parse::<Since>().unwrap(), Since(TimeDelta::minutes(90)));
        assert_eq!("7d".parse::<Since>().unwrap(), Since(TimeDelta::days(7)));
        for (odd, error) in [
            ("", InvalidSince::MissingNumber),
            ("h", InvalidSince::MissingNumber),
            ("1", InvalidSince::MissingUnit),
            ("1w", InvalidSince::UnknownUnit),
            ("-1h", InvalidSince::Number),
            ("1.5h", InvalidSince::Number),
            ("1hh", InvalidSince::Number),
            ("99999999999d", InvalidSince::TooLarge),
        ] {
            assert_eq!(odd.parse::<Since>(), Err(error), "{odd}");
        }
    }

    #[test]
    fn a_line_names_the_request_and_both_companies() {
        let alert = Alert {
            id: Uuid::nil(),
            at: chrono::DateTime::UNIX_EPOCH,
            request: Some(Uuid::from_u128(1)),
            kind: "row_tenant".to_owned(),
            tenant: Some(TenantId::from_uuid(Uuid::from_u128(2))),
            foreign: Some(Uuid::from_u128(3)),
            family: None,
            rows: vec![Uuid::from_u128(4), Uuid::from_u128(5)],
        };
        let expected = format!(
            "1970-01-01T00:00:00.000Z\trow_tenant\t{}\t{}\t{}\t-\t{},{}",
            Uuid::from_u128(2),
            Uuid::from_u128(3),
            Uuid::from_u128(1).simple(),
            Uuid::from_u128(4),
            Uuid::from_u128(5)
        );
        assert_eq!(table(&[alert]).lines().nth(1), Some(expected.as_str()));
    }
}
