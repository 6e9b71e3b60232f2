//! P4: the effects of writes on rows, and the reasons for which they are refused.

mod accounts;
mod fields;
mod keys;
mod manager_chain;
mod outcome;
mod random_writes;
mod termination;
mod totals;
mod versions;

use chrono::NaiveDate;
use domain::{Currency, EmploymentStatus, Line, Money, Version, WeeklyHours};
pub(crate) use random_writes::RandomWrites;
use store::{EmployeeDraft, EmployeeEdit, LastDay};

use crate::company::Company;

/// A new employee with this first name and the company's canary in every text.
pub(crate) fn draft(company: &Company, first_name: &str) -> EmployeeDraft {
    let canary = &company.canary;
    EmployeeDraft {
        number: None,
        first_name: line(first_name),
        last_name: line(&format!("Zufall {canary}")),
        email: format!("{first_name}.neu@{canary}.example").parse().expect("an address"),
        phone: None,
        position: line(&format!("Engineer {canary}")),
        department: company.rows.departments[0].id,
        location: line(&format!("Berlin {canary}")),
        status: EmploymentStatus::Active,
        started_on: NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day"),
        weekly_hours: WeeklyHours::try_from(40).expect("hours"),
        salary: Money::salary(5_000_000, Currency::Eur).expect("a salary"),
        manager: Some(company.rows.employees[0].id),
    }
}

/// An edit that changes the last name.
pub(crate) fn rename(last_name: &str, company: &Company) -> EmployeeEdit {
    let last_name = Some(line(&format!("{last_name} {}", company.canary)));
    EmployeeEdit { last_name, ..EmployeeEdit::default() }
}

pub(crate) fn line(text: &str) -> Line {
    Line::parse(text, Line::LONGEST).expect("a line")
}

/// The version of a row that was not changed since its creation.
pub(crate) fn first() -> Version {
    Version::try_from(1).expect("a version")
}

/// Ends an employment today, which is after the first day of all employees in these tests.
pub(crate) fn today() -> LastDay {
    LastDay { requested: None, today: NaiveDate::from_ymd_opt(2026, 6, 30).expect("a day") }
}
