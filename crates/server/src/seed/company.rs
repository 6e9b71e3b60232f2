//! Describes the three companies: their names, locations, departments, and the people who are always there.

use domain::{Currency, EmploymentStatus, Role};

use super::{acme, betaco, gammacorp, job_titles::DepartmentJobs};

/// The companies of the demonstration, in the order of their names.
pub(super) const COMPANIES: [&Company; 3] = [&acme::ACME, &betaco::BETACO, &gammacorp::GAMMACORP];

/// The description from which a company's people are generated.
#[derive(Debug)]
pub(super) struct Company {
    /// The subdomain of the company; also the beginning of its mail domain.
    pub(super) slug: &'static str,
    /// The display name of the company.
    pub(super) name: &'static str,
    /// How many people work there by default.
    pub(super) headcount: u32,
    /// How many years it has existed.
    pub(super) years: u32,
    /// The currency of its salaries.
    pub(super) currency: Currency,
    /// Its departments. Shares add up to 100.
    pub(super) departments: &'static [Department],
    /// Its locations, the head office first. Shares add up to 100.
    pub(super) locations: &'static [Location],
    /// People who are in every seed. Exactly one has [`Level::Chief`].
    pub(super) fixed_people: &'static [FixedPerson],
}

/// A department of a company.
#[derive(Debug)]
pub(super) struct Department {
    /// The name of the department.
    pub(super) name: &'static str,
    /// The percentage of the company's people who work in it.
    pub(super) share: u32,
    /// The titles and jobs in it.
    pub(super) job_titles: &'static DepartmentJobs,
}

/// A location where people work.
#[derive(Debug)]
pub(super) struct Location {
    /// The name of the location.
    pub(super) name: &'static str,
    /// The percentage of the company's people who work there.
    pub(super) share: u32,
    /// The level of pay there, in percent of the pay in [`super::job_titles::Job`].
    pub(super) pay: u32,
    /// The languages of most names there: keys of `names.txt`.
    pub(super) names: &'static [&'static str],
    /// A telephone number with `#` for each random digit. If the country reserves numbers for fiction, it is one of them.
    pub(super) phone: &'static str,
}

/// A person who is in every seed.
#[derive(Debug)]
pub(super) struct FixedPerson {
    /// The first name.
    pub(super) first: &'static str,
    /// The last name.
    pub(super) last: &'static str,
    /// The name of the department.
    pub(super) department: &'static str,
    /// The level in the department's reporting lines.
    pub(super) level: Level,
    /// The name of the location.
    pub(super) location: &'static str,
    /// The job title; `None` for the one of the level.
    pub(super) position: Option<&'static str>,
    /// The role of the person's demo account; `None` without an account.
    pub(super) role: Option<Role>,
    /// A fixed employee number, which does not depend on the headcount.
    pub(super) number: Option<u32>,
    /// The telephone number; `None` for a random one of the location.
    pub(super) phone: Option<&'static str>,
    /// Working hours per week.
    pub(super) hours: u8,
    /// The status of the employment.
    pub(super) status: EmploymentStatus,
}

/// A level in the reporting lines of a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// The head of the company.
    Chief,
    /// The head of a department.
    Head,
    /// The lead of a team, if the department is large enough to have teams.
    Lead,
    /// A member of a team, who leads no people.
    TeamMember,
}

impl Company {
    /// The domain of its e-mail addresses. `.example` is reserved (RFC 2606 §3).
    pub(super) fn mail_domain(&self) -> String {
        format!("{}.example", self.slug)
    }
}

impl FixedPerson {
    /// Creates an active full-time person without a fixed title, role, number or telephone number.
    pub(super) const fn new(
        first: &'static str,
        last: &'static str,
        department: &'static str,
        level: Level,
        location: &'static str,
    ) -> Self {
        Self {
            first,
            last,
            department,
            level,
            location,
            position: None,
            role: None,
            number: None,
            phone: None,
            hours: 40,
            status: EmploymentStatus::Active,
        }
    }

    /// First and last name.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_departments_and_locations_add_up() {
        for company in COMPANIES {
            assert_eq!(
                company.departments.iter().map(|department| department.share).sum::<u32>(),
                100,
                "{}",
                company.slug
            );
            assert_eq!(
                company.locations.iter().map(|location| location.share).sum::<u32>(),
                100,
                "{}",
                company.slug
            );
            assert!(company.slug.parse::<domain::TenantSlug>().is_ok());
        }
    }

    /// P1: there is one demo account for each role, and its employment is active.
    #[test]
    fn every_role_has_one_demo_account() {
        for company in COMPANIES {
            for role in Role::ALL {
                let of_role: Vec<&FixedPerson> = company
                    .fixed_people
                    .iter()
                    .filter(|fixed_person| fixed_person.role == Some(role))
                    .collect();
                assert_eq!(of_role.len(), 1, "{} {role:?}", company.slug);
                assert_eq!(of_role[0].status, EmploymentStatus::Active);
            }
        }
    }

    #[test]
    fn every_employee_has_an_existing_department_and_location() {
        for company in COMPANIES {
            for fixed_person in company.fixed_people {
                assert!(
                    company
                        .departments
                        .iter()
                        .any(|department| department.name == fixed_person.department),
                    "{fixed_person:?}"
                );
                assert!(
                    company.locations.iter().any(|location| location.name == fixed_person.location),
                    "{fixed_person:?}"
                );
            }
            assert_eq!(
                company
                    .fixed_people
                    .iter()
                    .filter(|fixed_person| fixed_person.level == Level::Chief)
                    .count(),
                1
            );
        }
    }
}
