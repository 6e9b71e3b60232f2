//! Formats days and times of day.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn month(day: NaiveDate) -> &'static str {
    MONTHS.get(day.month0() as usize).copied().unwrap_or_default()
}

/// A day in full: `12 March 2021`.
pub(crate) fn long_date(day: NaiveDate) -> String {
    format!("{} {} {}", day.day(), month(day), day.year())
}

/// A month and its year: `Mar 2021`.
pub(crate) fn month_and_year(day: NaiveDate) -> String {
    format!("{:.3} {}", month(day), day.year())
}

/// A day without its year: `1 Dec`.
pub(crate) fn day_and_month(day: NaiveDate) -> String {
    format!("{} {:.3}", day.day(), month(day))
}

/// The whole months between two days, in words: `5 years, 8 months`. `None` before the first month is complete.
pub(crate) fn tenure(from: NaiveDate, until: NaiveDate) -> Option<String> {
    let started_later_in_month = i32::from(until.day() < from.day());
    let months = (until.year() - from.year()) * 12 + until.month0().cast_signed()
        - from.month0().cast_signed()
        - started_later_in_month;
    let counted = |count: i32, unit: &str| match count {
        0 => None,
        1 => Some(format!("1 {unit}")),
        _ => Some(format!("{count} {unit}s")),
    };
    if months < 1 {
        return None;
    }
    Some(
        [counted(months / 12, "year"), counted(months % 12, "month")]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", "),
    )
}

/// A day and a time of day in the browser's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Local {
    day: NaiveDate,
    hour: u32,
    minute: u32,
}

impl Local {
    /// The current local time.
    pub(crate) fn now() -> Self {
        Self::read(&js_sys::Date::new_0())
    }

    /// The local time at an instant. The browser takes daylight saving time into account.
    pub(crate) fn at(then: DateTime<Utc>) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds are far below 2^53")]
        let millis = then.timestamp_millis() as f64;
        Self::read(&js_sys::Date::new(&millis.into()))
    }

    /// The local day.
    pub(crate) fn day(self) -> NaiveDate {
        self.day
    }

    /// The time as seen at `now`: `17:42`, `tomorrow 09:10`, `yesterday 18:05` or `3 Dec 09:10`.
    pub(crate) fn seen_from(self, now: Self) -> String {
        let time = format!("{:02}:{:02}", self.hour, self.minute);
        if self.day == now.day {
            time
        } else if Some(self.day) == now.day.succ_opt() {
            format!("tomorrow {time}")
        } else if Some(self.day) == now.day.pred_opt() {
            format!("yesterday {time}")
        } else {
            format!("{} {time}", day_and_month(self.day))
        }
    }

    fn read(date: &js_sys::Date) -> Self {
        let day = NaiveDate::from_ymd_opt(
            date.get_full_year().cast_signed(),
            date.get_month() + 1,
            date.get_date(),
        );
        Self { day: day.unwrap_or_default(), hour: date.get_hours(), minute: date.get_minutes() }
    }
}

/// The instant that is this number of seconds after 1970-01-01 00:00 UTC; `None` if it is out of range.
pub(crate) fn from_seconds(seconds: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0)
}

/// The milliseconds from now until `then`; 0 if it has passed.
pub(crate) fn millis_until(then: DateTime<Utc>) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds are whole numbers far below 2^53"
    )]
    let now = js_sys::Date::now() as i64;
    (then.timestamp_millis() - now).try_into().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_written_as_people_say_them() {
        let day = day("2021-03-12");
        assert_eq!(
            (long_date(day), month_and_year(day), day_and_month(day)),
            ("12 March 2021".into(), "Mar 2021".into(), "12 Mar".into())
        );
    }

    #[test]
    fn tenure_counts_whole_months() {
        let since = |from: &str| tenure(day(from), day("2026-11-22"));
        assert_eq!(since("2021-03-12").as_deref(), Some("5 years, 8 months"));
        assert_eq!(since("2025-11-22").as_deref(), Some("1 year"));
        assert_eq!(since("2025-11-23").as_deref(), Some("11 months"));
        assert_eq!(since("2026-11-01"), None);
        assert_eq!(since("2027-01-01"), None);
    }

    #[test]
    fn a_time_names_its_day_only_when_it_is_another() {
        let at = |date: &str, hour, minute| Local { day: day(date), hour, minute };
        let now = at("2026-11-30", 10, 0);
        assert_eq!(at("2026-11-30", 17, 42).seen_from(now), "17:42");
        assert_eq!(at("2026-12-01", 0, 30).seen_from(now), "tomorrow 00:30");
        assert_eq!(at("2026-11-29", 18, 5).seen_from(now), "yesterday 18:05");
        assert_eq!(at("2026-12-03", 9, 10).seen_from(now), "3 Dec 09:10");
    }
}
