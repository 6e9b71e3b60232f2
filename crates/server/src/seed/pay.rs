//! Computes salaries from position, years, location and hours.

use chrono::NaiveDate;

use super::{company::Level, rng::DeterministicRng, staff::Person, tenure::Tenure};

/// The number of years in which pay grows.
const GROWING_YEARS: u32 = 6;

/// Yearly pay before tax in whole units of the currency, rounded to hundreds.
pub(super) fn yearly(
    person: &Person<'_>,
    tenure: Tenure,
    hours: u8,
    today: NaiveDate,
    rng: &mut DeterministicRng,
) -> i64 {
    let until = tenure.ended_on.map_or(today, |end| end.min(today));
    let years = until.years_since(tenure.started_on).unwrap_or_default().min(GROWING_YEARS);
    let (from, to) = range(person);
    let experienced = from + (to - from) * years / GROWING_YEARS;
    let negotiated = experienced * rng.between(970, 1040) / 1000;
    let there = negotiated * person.location.pay / 100 * u32::from(hours) / 40;
    i64::from(there / 100 * 100)
}

/// The yearly pay of a beginner and of an experienced person, in whole units of the currency.
fn range(person: &Person<'_>) -> (u32, u32) {
    let job_titles = person.department.job_titles;
    let job = job_titles.jobs.iter().find(|job| job.title == person.position);
    // Leads earn more than the jobs below them. Each further level adds about a sixth.
    let (from, to) = match person.level {
        Level::Chief => (job_titles.top_pay() * 250 / 100, job_titles.top_pay() * 290 / 100),
        Level::Head => (job_titles.top_pay() * 150 / 100, job_titles.top_pay() * 180 / 100),
        Level::Lead => (
            job_titles.top_pay() * (90 + 16 * person.height) / 100,
            job_titles.top_pay() * (104 + 18 * person.height) / 100,
        ),
        Level::TeamMember => {
            job.map_or((job_titles.top_pay() * 70 / 100, job_titles.top_pay()), |job| job.pay)
        }
    };
    (from * 1000, to * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{company::COMPANIES, staff};

    #[test]
    fn every_salary_is_in_range_and_managers_earn_almost_the_top_pay() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        for company in COMPANIES {
            let mut rng = DeterministicRng::of("pay");
            for person in staff::hire(company, company.headcount, &mut rng) {
                let tenure = Tenure { started_on: today, ended_on: None, number: 1 };
                let pay = yearly(&person, tenure, 40, today, &mut rng);
                assert!((15_000..400_000).contains(&pay) && pay % 100 == 0, "{person:?}: {pay}");
                let top =
                    i64::from(person.department.job_titles.top_pay() * 10 * person.location.pay);
                assert!(
                    person.level == Level::TeamMember || pay > top * 97 / 100,
                    "{person:?}: {pay}"
                );
            }
        }
    }
}
