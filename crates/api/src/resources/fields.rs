//! Parses single fields, and collects an error with a code for each invalid one.

use std::{fmt::Display, str::FromStr};

use api_types::{Code, FieldCode, FieldError, SalaryInput};
use chrono::{Datelike, NaiveDate};
use domain::{
    Email, EmployeeNumber, EmploymentStatus, FrameOrigin, InvalidEmail, InvalidFrameOrigin,
    InvalidLine, InvalidSalary, Line, Money, UnknownCurrency, WeeklyHours,
};

use crate::error::ApiError;

/// The invalid fields so far. A method that parses a field takes the value that was sent, if one was. It returns `None` if there was none, and records
/// an invalid value and returns `None` for it.
#[derive(Default)]
pub(super) struct Fields {
    wrong: Vec<FieldError>,
}

/// Why a value is refused. The text follows the name of the field and has no full stop.
struct Wrong(FieldCode, String);

impl Wrong {
    fn missing(allowed: impl Display) -> Self {
        Self(FieldCode::Missing, allowed.to_string())
    }

    fn malformed(allowed: impl Display) -> Self {
        Self(FieldCode::Malformed, allowed.to_string())
    }

    fn out_of_range(allowed: impl Display) -> Self {
        Self(FieldCode::OutOfRange, allowed.to_string())
    }
}

impl From<InvalidLine> for Wrong {
    fn from(invalid: InvalidLine) -> Self {
        match invalid {
            InvalidLine::Empty { longest } => {
                Self::missing(format_args!("expected one line of 1 to {longest} characters"))
            }
            InvalidLine::TooLong { .. } => Self(FieldCode::TooLong, invalid.to_string()),
            InvalidLine::ForbiddenCharacter => Self::malformed(invalid),
        }
    }
}

impl From<InvalidEmail> for Wrong {
    fn from(invalid: InvalidEmail) -> Self {
        match invalid {
            InvalidEmail::Empty => {
                Self::missing("expected an e-mail address such as `name@company.example`")
            }
            InvalidEmail::TooLong => Self(FieldCode::TooLong, invalid.to_string()),
            InvalidEmail::Malformed => Self::malformed(invalid),
        }
    }
}

impl From<InvalidFrameOrigin> for Wrong {
    fn from(invalid: InvalidFrameOrigin) -> Self {
        match invalid {
            InvalidFrameOrigin::Empty => Self::missing(invalid),
            InvalidFrameOrigin::NotEncrypted => Self(FieldCode::NotAllowed, invalid.to_string()),
            _ => Self::malformed(invalid),
        }
    }
}

impl Fields {
    fn read<T>(&mut self, field: &str, read: Result<T, Wrong>) -> Option<T> {
        let note = |Wrong(code, why)| {
            let detail = match code {
                FieldCode::Missing => format!("`{field}` is missing: {why}."),
                _ => format!("Invalid `{field}`: {why}."),
            };
            FieldError { field: field.to_owned(), code, detail }
        };
        read.map_err(|wrong| self.wrong.push(note(wrong))).ok()
    }

    /// Returns one error with all invalid fields, if there are any.
    pub(super) fn none_wrong(self) -> Result<(), ApiError> {
        if self.wrong.is_empty() {
            Ok(())
        } else {
            Err(ApiError::fields(Code::InvalidField, self.wrong))
        }
    }

    pub(super) fn number(&mut self, number: Option<i64>) -> Option<EmployeeNumber> {
        self.read("number", EmployeeNumber::try_from(number?).map_err(Wrong::out_of_range))
    }

    pub(super) fn line(&mut self, field: &str, text: Option<&str>) -> Option<Line> {
        self.read(field, Line::parse(text?, Line::LONGEST).map_err(Wrong::from))
    }

    pub(super) fn email(&mut self, text: Option<&str>) -> Option<Email> {
        self.read("email", text?.parse().map_err(|invalid: InvalidEmail| invalid.into()))
    }

    pub(super) fn frame_origin(&mut self, field: &str, text: &str) -> Option<FrameOrigin> {
        self.read(field, text.parse().map_err(|invalid: InvalidFrameOrigin| invalid.into()))
    }

    /// Parses a line of at most `longest` characters that may be empty: `Some(None)` if the text is empty.
    #[expect(clippy::option_option, reason = "not sent or invalid, empty, present")]
    pub(super) fn optional_line(
        &mut self,
        field: &str,
        text: Option<&str>,
        longest: usize,
    ) -> Option<Option<Line>> {
        let text = text?;
        if text.is_empty() {
            return Some(None);
        }
        self.read(field, Line::parse(text, longest).map_err(Wrong::from)).map(Some)
    }

    /// Parses one of a list of words. An empty text is no choice.
    pub(super) fn choice<T>(&mut self, field: &str, word: &str) -> Option<T>
    where
        T: FromStr<Err: Display>,
    {
        if word.is_empty() {
            return None;
        }
        self.read(field, word.parse().map_err(Wrong::malformed))
    }

    pub(super) fn id<T: FromStr>(&mut self, field: &str, text: Option<&str>) -> Option<T> {
        const ALLOWED: &str = "expected a UUID";
        let text = text?;
        let wrong = match text {
            "" => Wrong::missing(ALLOWED),
            _ => Wrong::malformed(ALLOWED),
        };
        self.read(field, text.parse().map_err(|_| wrong))
    }

    pub(super) fn status(&mut self, word: Option<&str>) -> Option<EmploymentStatus> {
        const ALLOWED: &str = "expected one of `active`, `on_leave`, `starting`";
        const ENDED: &str = "to end an employment, use `POST /api/v1/employees/{id}/terminate`";
        let word = word?;
        let status = match word.parse() {
            Ok(EmploymentStatus::Terminated) => {
                Err(Wrong(FieldCode::NotAllowed, format!("{ALLOWED}; {ENDED}")))
            }
            Ok(status) => Ok(status),
            Err(_) if word.is_empty() => Err(Wrong::missing(ALLOWED)),
            Err(_) => Err(Wrong::malformed(format_args!("{ALLOWED}; {ENDED}"))),
        };
        self.read("status", status)
    }

    pub(super) fn day(&mut self, field: &str, text: Option<&str>) -> Option<NaiveDate> {
        let text = text?;
        let written = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        let day = text.parse::<NaiveDate>().ok().filter(|_| written);
        let day = match day {
            None if text.is_empty() => Err(Wrong::missing("expected a date such as `2026-03-01`")),
            None => Err(Wrong::malformed("expected a date such as `2026-03-01`")),
            Some(day) if (1900..2200).contains(&day.year()) => Ok(day),
            Some(_) => Err(Wrong::out_of_range("expected a date from 1900 to 2199")),
        };
        self.read(field, day)
    }

    pub(super) fn hours(&mut self, hours: Option<i64>) -> Option<WeeklyHours> {
        self.read("weekly_hours", WeeklyHours::try_from(hours?).map_err(Wrong::out_of_range))
    }

    pub(super) fn salary(&mut self, salary: Option<&SalaryInput>) -> Option<Money> {
        let salary = salary?;
        let missing = || Wrong::missing(InvalidSalary);
        let minor_units = self.read("salary.minor_units", salary.minor_units.ok_or_else(missing));
        let currency = salary.currency.parse().map_err(|unknown: UnknownCurrency| {
            if salary.currency.is_empty() {
                Wrong::missing(unknown)
            } else {
                Wrong::malformed(unknown)
            }
        });
        let currency = self.read("salary.currency", currency);
        let money = Money::salary(minor_units?, currency?).map_err(Wrong::out_of_range);
        self.read("salary.minor_units", money)
    }
}
