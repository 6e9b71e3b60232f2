//! First and last days of employment, and employee numbers.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use domain::EmploymentStatus;

use super::{
    company::Level,
    rng::DeterministicRng,
    staff::{Person, active_team_members},
};

/// The lowest employee number.
const FIRST_NUMBER: u32 = 1001;

/// The dates and the number of one employment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tenure {
    /// The first day.
    pub(super) started_on: NaiveDate,
    /// The last day, if it is known.
    pub(super) ended_on: Option<NaiveDate>,
    /// The employee number. People who started earlier have lower numbers.
    pub(super) number: u32,
}

/// Returns the tenure of each of these people at a company that is `years` years old on `today`.
pub(super) fn tenures(
    people: &[Person<'_>],
    years: u32,
    today: NaiveDate,
    rng: &mut DeterministicRng,
) -> Vec<Tenure> {
    let mut tenures: Vec<Tenure> =
        people.iter().map(|person| tenure(person, years, today, rng)).collect();
    resign(people, &mut tenures, today, rng);
    number(people, &mut tenures);
    tenures
}

fn tenure(person: &Person<'_>, years: u32, today: NaiveDate, rng: &mut DeterministicRng) -> Tenure {
    let age = years * 365;
    let started_on = match (person.status, person.level) {
        (EmploymentStatus::Starting, _) => today + Days::new(rng.between(4, 45).into()),
        (_, Level::Chief) => today - Days::new(age.into()),
        (EmploymentStatus::Terminated, _) => today - Days::new(rng.between(300, age).into()),
        // The product of two random numbers, so most people at a desk started in recent years. Heads and leads started in any year.
        (_, Level::TeamMember) => {
            today - Days::new((21 + age * rng.below(100) / 100 * rng.below(100) / 100).into())
        }
        _ => today - Days::new(rng.between(180, age - 30).into()),
    };
    let started_on =
        working_day(if rng.percent(50) { first_of_month(started_on, today) } else { started_on });
    let ended_on = (person.status == EmploymentStatus::Terminated).then(|| {
        let days = today.signed_duration_since(started_on).num_days();
        let stayed = rng.between(90, u32::try_from(days - 4).unwrap_or(90));
        last_of_month(started_on + Days::new(stayed.into()), today)
    });
    Tenure { started_on, ended_on, number: 0 }
}

/// Gives one in a hundred people a last day in the future: they have resigned and still work.
fn resign(
    people: &[Person<'_>],
    tenures: &mut [Tenure],
    today: NaiveDate,
    rng: &mut DeterministicRng,
) {
    for index in active_team_members(people, rng).into_iter().take(people.len() / 100) {
        tenures[index].ended_on = Some(today + Days::new(rng.between(10, 80).into()));
    }
}

/// Assigns numbers in the order of first days. A person with a fixed number gets the first day of the person with the number before.
fn number(people: &[Person<'_>], tenures: &mut [Tenure]) {
    let numbered =
        |index: &usize| people[*index].predefined.and_then(|fixed_person| fixed_person.number);
    let mut order: Vec<usize> =
        (0..people.len()).filter(|index| numbered(index).is_none()).collect();
    order.sort_by_key(|index| (tenures[*index].started_on, *index));
    let mut pinned: Vec<usize> =
        (0..people.len()).filter(|index| numbered(index).is_some()).collect();
    pinned.sort_by_key(numbered);
    for index in pinned {
        let location = numbered(&index)
            .and_then(|number| number.checked_sub(FIRST_NUMBER))
            .unwrap_or_default() as usize;
        let location = location.min(order.len());
        if let Some(before) = location.checked_sub(1) {
            tenures[index].started_on = tenures[order[before]].started_on;
        }
        order.insert(location, index);
    }
    for (number, index) in (FIRST_NUMBER..).zip(order) {
        tenures[index].number = number;
    }
}

/// The first day of the month, or `day` itself if that would move it from the future into the past.
fn first_of_month(day: NaiveDate, today: NaiveDate) -> NaiveDate {
    day.with_day(1).filter(|first| (*first > today) == (day > today)).unwrap_or(day)
}

/// The last day of the month, or `day` itself if that is not in the past.
fn last_of_month(day: NaiveDate, today: NaiveDate) -> NaiveDate {
    let next = day.with_day(1).and_then(|first| first.checked_add_months(chrono::Months::new(1)));
    next.and_then(|next| next.pred_opt()).filter(|last| *last < today).unwrap_or(day)
}

/// The day itself, or the Monday after it.
fn working_day(day: NaiveDate) -> NaiveDate {
    match day.weekday() {
        Weekday::Sat => day + Days::new(2),
        Weekday::Sun => day + Days::new(1),
        _ => day,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::seed::{company::COMPANIES, staff};

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
    }

    #[test]
    fn first_days_are_working_days_and_agree_with_the_status() {
        for company in COMPANIES {
            let mut rng = DeterministicRng::of("tenure");
            let people = staff::hire(company, company.headcount, &mut rng);
            for (person, tenure) in
                people.iter().zip(tenures(&people, company.years, today(), &mut rng))
            {
                let ahead = tenure.started_on > today();
                assert_eq!(
                    ahead,
                    person.status == EmploymentStatus::Starting,
                    "{person:?} {tenure:?}"
                );
                assert!(!matches!(tenure.started_on.weekday(), Weekday::Sat | Weekday::Sun));
                let over = tenure.ended_on.is_some_and(|day| day < today());
                assert_eq!(
                    over,
                    person.status == EmploymentStatus::Terminated,
                    "{person:?} {tenure:?}"
                );
                assert!(tenure.ended_on.is_none_or(|end| end > tenure.started_on));
            }
        }
    }

    #[test]
    fn numbers_have_no_gaps_and_follow_the_first_days() {
        for headcount in [60, 122, 2000] {
            let mut rng = DeterministicRng::of("numbers");
            let people = staff::hire(COMPANIES[0], headcount, &mut rng);
            let mut tenures = tenures(&people, 14, today(), &mut rng);
            let numbers: BTreeSet<u32> = tenures.iter().map(|tenure| tenure.number).collect();
            assert_eq!(numbers.len(), people.len());
            assert_eq!(numbers.first(), Some(&1001));
            tenures.sort_by_key(|tenure| tenure.number);
            assert!(tenures.is_sorted_by_key(|tenure| tenure.started_on));
        }
    }
}
