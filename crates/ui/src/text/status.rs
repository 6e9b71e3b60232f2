//! The texts for employment statuses.

use chrono::NaiveDate;
use domain::EmploymentStatus;

use super::date::day_and_month;

/// The colour of a tag. The word alone carries the meaning; the colour only repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Nothing unusual, such as active.
    Good,
    /// Worth noticing, such as on leave.
    Warn,
    /// In the company's colour: in the future, such as starting.
    Accent,
    /// In the past, such as left.
    Quiet,
}

/// The name of the status, as the filter shows it.
pub(crate) const fn status_label(status: EmploymentStatus) -> &'static str {
    match status {
        EmploymentStatus::Active => "Active",
        EmploymentStatus::OnLeave => "On leave",
        EmploymentStatus::Starting => "Starting",
        EmploymentStatus::Terminated => "Left",
    }
}

/// The colour and the text of the tag for a status. `started_on` is shown for people who have not started yet.
pub(crate) fn status_tag(status: EmploymentStatus, started_on: NaiveDate) -> (Tone, String) {
    let tone = match status {
        EmploymentStatus::Active => Tone::Good,
        EmploymentStatus::OnLeave => Tone::Warn,
        EmploymentStatus::Starting => {
            return (Tone::Accent, format!("Starts {}", day_and_month(started_on)));
        }
        EmploymentStatus::Terminated => Tone::Quiet,
    };
    (tone, status_label(status).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_starting_employee_shows_the_first_day() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
        assert_eq!(
            status_tag(EmploymentStatus::Starting, day),
            (Tone::Accent, "Starts 1 Dec".into())
        );
        assert_eq!(status_tag(EmploymentStatus::Terminated, day), (Tone::Quiet, "Left".into()));
    }
}
