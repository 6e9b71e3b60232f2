//! Days and times of day.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};

const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
];

fn month(day: NaiveDate) -> &'static str {
    MONTHS.get(day.month0() as usize).copied().unwrap_or_default()
}

/// `12 March 2021`.
pub(crate) fn long_date(day: NaiveDate) -> String {
    format!("{} {} {}", day.day(), month(day), day.year())
}

/// `Mar 2021`.
pub(crate) fn month_and_year(day: NaiveDate) -> String {
    format!("{:.3} {}", month(day), day.year())
}

/// `1 Dec`.
pub(crate) fn day_and_month(day: NaiveDate) -> String {
    format!("{} {:.3}", day.day(), month(day))
}

/// Whole months between two days, in words: `5 years, 8 months`. Nothing before the first month is over.
pub(crate) fn tenure(from: NaiveDate, until: NaiveDate) -> Option<String> {
    let started_later_in_month = i32::from(until.day() < from.day());
    let months = (until.year() - from.year()) * 12 + until.month0().cast_signed() - from.month0().cast_signed() - started_later_in_month;
    let counted = |count: i32, unit: &str| match count {
        0 => None,
        1 => Some(format!("1 {unit}")),
        _ => Some(format!("{count} {unit}s")),
    };
    if months < 1 {
        return None;
    }
    Some([counted(months / 12, "year"), counted(months % 12, "month")].into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// The browser's clock: now, and how far local time is from UTC.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    now: DateTime<Utc>,
    minutes_west: i64,
}

impl Clock {
    /// What the browser says now.
    pub(crate) fn read() -> Self {
        let date = js_sys::Date::new_0();
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds and minutes are whole numbers far below 2^53")]
        let (millis, minutes_west) = (date.get_time() as i64, date.get_timezone_offset() as i64);
        Self { now: DateTime::from_timestamp_millis(millis).unwrap_or_default(), minutes_west }
    }

    /// The local day.
    pub(crate) fn today(self) -> NaiveDate {
        self.local(self.now).date_naive()
    }

    /// Milliseconds from now until then; zero if it has passed.
    pub(crate) fn until(self, then: DateTime<Utc>) -> u64 {
        (then - self.now).num_milliseconds().try_into().unwrap_or(0)
    }

    /// `17:42`, `tomorrow 09:10` or `3 Dec 09:10`, in local time.
    pub(crate) fn time(self, then: DateTime<Utc>) -> String {
        let local = self.local(then);
        let time = format!("{:02}:{:02}", local.hour(), local.minute());
        let day = local.date_naive();
        if day == self.today() {
            time
        } else if Some(day) == self.today().succ_opt() {
            format!("tomorrow {time}")
        } else {
            format!("{} {time}", day_and_month(day))
        }
    }

    fn local(self, then: DateTime<Utc>) -> DateTime<Utc> {
        then - chrono::Duration::minutes(self.minutes_west)
    }
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
        assert_eq!((long_date(day), month_and_year(day), day_and_month(day)), ("12 March 2021".into(), "Mar 2021".into(), "12 Mar".into()));
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
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let clock = Clock { now: at("2026-11-22T10:00:00Z"), minutes_west: -60 };
        assert_eq!(clock.time(at("2026-11-22T16:42:00Z")), "17:42");
        assert_eq!(clock.time(at("2026-11-22T23:30:00Z")), "tomorrow 00:30");
        assert_eq!(clock.time(at("2026-12-03T08:10:00Z")), "3 Dec 09:10");
        assert_eq!(clock.until(at("2026-11-22T09:00:00Z")), 0);
    }
}
