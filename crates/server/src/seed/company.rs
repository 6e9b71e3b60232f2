//! The three companies: what they are called, where they sit, which departments they have, and who must be among their people.

use domain::{Currency, EmploymentStatus, Role};

use super::{acme, betaco, craft::Craft, gammacorp};

/// The companies of the demonstration, in the order of their names.
pub(super) const COMPANIES: [&Company; 3] = [&acme::ACME, &betaco::BETACO, &gammacorp::GAMMACORP];

/// What a company's people are made from.
#[derive(Debug)]
pub(super) struct Company {
    /// Its name in the host; also the beginning of its mail domain.
    pub(super) slug: &'static str,
    /// Its name as people say it.
    pub(super) name: &'static str,
    /// How many people work there if nobody asks for another number.
    pub(super) headcount: u32,
    /// How many years it has existed.
    pub(super) years: u32,
    /// What it pays in.
    pub(super) currency: Currency,
    /// Its departments. Shares add up to 100.
    pub(super) departments: &'static [Department],
    /// Its places, the head office first. Shares add up to 100.
    pub(super) places: &'static [Place],
    /// People who are there in every seed. Exactly one sits in [`Seat::Chief`].
    pub(super) cast: &'static [Member],
}

/// A department.
#[derive(Debug)]
pub(super) struct Department {
    /// Its name.
    pub(super) name: &'static str,
    /// How many of a hundred people work in it.
    pub(super) share: u32,
    /// What they do.
    pub(super) craft: &'static Craft,
}

/// A place where people work.
#[derive(Debug)]
pub(super) struct Place {
    /// Its name.
    pub(super) name: &'static str,
    /// How many of a hundred people work there.
    pub(super) share: u32,
    /// What pay is there, in percent of what [`super::craft::Job`] says.
    pub(super) pay: u32,
    /// Where most names come from: keys of `names.txt`.
    pub(super) names: &'static [&'static str],
    /// A telephone number with `#` for each digit of chance. Where a country keeps numbers for fiction it is one of them.
    pub(super) phone: &'static str,
}

/// Somebody who is there in every seed.
#[derive(Debug)]
pub(super) struct Member {
    /// First name.
    pub(super) first: &'static str,
    /// Last name.
    pub(super) last: &'static str,
    /// The name of the department.
    pub(super) department: &'static str,
    /// Where in it.
    pub(super) seat: Seat,
    /// The name of the place.
    pub(super) place: &'static str,
    /// Title; without it, the one the seat brings.
    pub(super) position: Option<&'static str>,
    /// What the person is at the company, if it is one of the demo accounts.
    pub(super) role: Option<Role>,
    /// A number that is theirs whoever else there is.
    pub(super) number: Option<u32>,
    /// Telephone; without it, one of the place.
    pub(super) phone: Option<&'static str>,
    /// Hours a week.
    pub(super) hours: u8,
    /// Where the employment stands.
    pub(super) status: EmploymentStatus,
}

/// Where in a company somebody sits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seat {
    /// At the head of the company.
    Chief,
    /// At the head of the department.
    Head,
    /// At the head of a team, if the department is large enough to have any.
    Lead,
    /// In a team.
    Desk,
}

impl Company {
    /// The domain of its e-mail; `.example` is nobody's (RFC 2606 §3).
    pub(super) fn mail_domain(&self) -> String {
        format!("{}.example", self.slug)
    }
}

impl Member {
    /// Somebody at a desk, with everything else as the seat brings it.
    pub(super) const fn new(
        first: &'static str,
        last: &'static str,
        department: &'static str,
        seat: Seat,
        place: &'static str,
    ) -> Self {
        Self {
            first,
            last,
            department,
            seat,
            place,
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
    fn shares_of_departments_and_places_add_up() {
        for company in COMPANIES {
            assert_eq!(
                company.departments.iter().map(|department| department.share).sum::<u32>(),
                100,
                "{}",
                company.slug
            );
            assert_eq!(
                company.places.iter().map(|place| place.share).sum::<u32>(),
                100,
                "{}",
                company.slug
            );
            assert!(company.slug.parse::<domain::TenantSlug>().is_ok());
        }
    }

    /// P1: one demo account of each role, all at work.
    #[test]
    fn every_role_has_one_demo_account() {
        for company in COMPANIES {
            for role in Role::ALL {
                let of_role: Vec<&Member> =
                    company.cast.iter().filter(|member| member.role == Some(role)).collect();
                assert_eq!(of_role.len(), 1, "{} {role:?}", company.slug);
                assert_eq!(of_role[0].status, EmploymentStatus::Active);
            }
        }
    }

    #[test]
    fn everybody_sits_in_a_department_and_a_place_that_exist() {
        for company in COMPANIES {
            for member in company.cast {
                assert!(
                    company
                        .departments
                        .iter()
                        .any(|department| department.name == member.department),
                    "{member:?}"
                );
                assert!(
                    company.places.iter().any(|place| place.name == member.place),
                    "{member:?}"
                );
            }
            assert_eq!(company.cast.iter().filter(|member| member.seat == Seat::Chief).count(), 1);
        }
    }
}
