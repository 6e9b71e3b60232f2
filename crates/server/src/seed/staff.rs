//! Fills the posts of a company with people: first the cast, then generated people.

use domain::EmploymentStatus;

use super::{
    company::{Company, Department, Member, Place, Seat},
    names::Names,
    reporting_lines,
    rng::DeterministicRng,
};

/// A person with a post, before dates, number and address are known.
#[derive(Clone, Debug)]
pub(super) struct Person<'a> {
    pub(super) first: String,
    pub(super) last: String,
    pub(super) department: &'a Department,
    pub(super) place: &'a Place,
    pub(super) position: &'a str,
    /// The index of the person above; only the head of the company has none.
    pub(super) boss: Option<usize>,
    pub(super) seat: Seat,
    /// How many levels of people are below; 0 if there are none.
    pub(super) height: u32,
    pub(super) status: EmploymentStatus,
    /// The fixed data of a person of the cast; `None` for a generated person.
    pub(super) member: Option<&'a Member>,
}

/// A post that is not filled yet.
struct Opening<'a> {
    department: &'a Department,
    boss: Option<usize>,
    seat: Seat,
    height: u32,
    member: Option<&'a Member>,
}

/// Returns the people of a company: `headcount` who work there, then some who have left. Every person comes after their boss.
pub(super) fn hire<'a>(
    company: &'a Company,
    headcount: u32,
    rng: &mut DeterministicRng,
) -> Vec<Person<'a>> {
    let mut openings = openings(company, headcount);
    cast(company, &mut openings);
    let mut names = Names::new();
    for member in company.cast {
        names.reserve(member.first, member.last);
    }
    let mut people: Vec<Person<'a>> = Vec::with_capacity(openings.len());
    for opening in openings {
        let boss = opening.boss.map(|boss| &people[boss]);
        let person = fill(company, &opening, boss, &mut names, rng);
        people.push(person);
    }
    set_statuses(&mut people, headcount, rng);
    let leavers = people_who_left(company, &people, headcount, &mut names, rng);
    people.extend(leavers);
    people
}

/// Returns the opening at the head of the company, then those of each department, heads before the people they lead.
fn openings(company: &Company, headcount: u32) -> Vec<Opening<'_>> {
    let chief = company.cast.iter().find(|member| member.seat == Seat::Chief);
    let home = chief.and_then(|chief| {
        company.departments.iter().find(|department| department.name == chief.department)
    });
    let head = home.map(|department| Opening {
        department,
        boss: None,
        seat: Seat::Chief,
        height: 9,
        member: chief,
    });
    let mut openings: Vec<_> = head.into_iter().collect();
    for (department, size) in
        company.departments.iter().zip(sizes(company, headcount.saturating_sub(1)))
    {
        let before = openings.len();
        openings.extend(reporting_lines::department(size as usize).into_iter().map(|post| {
            Opening {
                department,
                boss: Some(post.boss.map_or(0, |boss| before + boss)),
                seat: match (post.boss, post.height) {
                    (None, _) => Seat::Head,
                    (_, 0) => Seat::Desk,
                    _ => Seat::Lead,
                },
                height: post.height,
                member: None,
            }
        }));
    }
    openings
}

/// The size of each department by its share. The first departments get the remainder.
fn sizes(company: &Company, people: u32) -> Vec<u32> {
    let mut sizes: Vec<u32> =
        company.departments.iter().map(|department| people * department.share / 100).collect();
    let spread: u32 = sizes.iter().sum();
    for size in sizes.iter_mut().take(people.saturating_sub(spread) as usize) {
        *size += 1;
    }
    sizes
}

/// Gives each member of the cast an opening for their seat in their department, or a desk if there is none.
fn cast<'a>(company: &'a Company, openings: &mut [Opening<'a>]) {
    for member in company.cast.iter().filter(|member| member.seat != Seat::Chief) {
        for seat in [member.seat, Seat::Desk] {
            let fits = |opening: &&mut Opening<'_>| {
                opening.member.is_none()
                    && opening.seat == seat
                    && opening.department.name == member.department
            };
            if let Some(opening) = openings.iter_mut().find(fits) {
                opening.member = Some(member);
                break;
            }
        }
    }
}

fn fill<'a>(
    company: &'a Company,
    opening: &Opening<'a>,
    boss: Option<&Person<'a>>,
    names: &mut Names,
    rng: &mut DeterministicRng,
) -> Person<'a> {
    let place = place(company, opening, boss, rng);
    let (first, last) = match opening.member {
        Some(member) => (member.first.to_owned(), member.last.to_owned()),
        None => names.draw(place, rng),
    };
    let job_titles = opening.department.job_titles;
    let by_seat = match opening.seat {
        Seat::Chief | Seat::Head => job_titles.head,
        Seat::Lead => job_titles.title_of_lead(opening.height),
        Seat::Desk => {
            rng.weighted(job_titles.jobs, |job| job.weight).map_or(job_titles.lead, |job| job.title)
        }
    };
    Person {
        first,
        last,
        department: opening.department,
        place,
        position: opening.member.and_then(|member| member.position).unwrap_or(by_seat),
        boss: opening.boss,
        seat: opening.seat,
        height: opening.height,
        status: opening.member.map_or(EmploymentStatus::Active, |member| member.status),
        member: opening.member,
    }
}

/// Chooses a place. Heads mostly work at the head office, and most of a team works where its lead does.
fn place<'a>(
    company: &'a Company,
    opening: &Opening<'a>,
    boss: Option<&Person<'a>>,
    rng: &mut DeterministicRng,
) -> &'a Place {
    let fixed = opening
        .member
        .and_then(|member| company.places.iter().find(|place| place.name == member.place));
    let near = match opening.seat {
        Seat::Head => rng.percent(60).then_some(&company.places[0]),
        Seat::Desk if rng.percent(55) => boss.map(|boss| boss.place),
        _ => None,
    };
    let anywhere = rng.weighted(company.places, |place| place.share);
    fixed.or(near).or(anywhere).unwrap_or(&company.places[0])
}

/// The indices of active people at a desk who are not in the cast, in random order.
pub(super) fn active_desks(people: &[Person<'_>], rng: &mut DeterministicRng) -> Vec<usize> {
    let mut desks: Vec<usize> = (0..people.len())
        .filter(|index| {
            let person = &people[*index];
            person.member.is_none()
                && person.seat == Seat::Desk
                && person.status == EmploymentStatus::Active
        })
        .collect();
    rng.shuffle(&mut desks);
    desks
}

/// Sets a few people on leave and lets a few start in the future. The cast is not changed.
fn set_statuses(people: &mut [Person<'_>], headcount: u32, rng: &mut DeterministicRng) {
    for (status, wanted) in [
        (EmploymentStatus::OnLeave, headcount / 20),
        (EmploymentStatus::Starting, (headcount + 20) / 40),
    ] {
        let there = people.iter().filter(|person| person.status == status).count();
        for index in
            active_desks(people, rng).into_iter().take((wanted as usize).saturating_sub(there))
        {
            people[index].status = status;
        }
    }
}

/// Makes one former employee for every twenty people. Each reports to a current team lead.
fn people_who_left<'a>(
    company: &'a Company,
    people: &[Person<'a>],
    headcount: u32,
    names: &mut Names,
    rng: &mut DeterministicRng,
) -> Vec<Person<'a>> {
    let leads: Vec<usize> = (0..people.len()).filter(|index| people[*index].height == 1).collect();
    let mut left = Vec::new();
    for _ in 0..headcount / 20 {
        let Some(boss) = rng.pick(&leads).copied() else { break };
        let department = people[boss].department;
        let opening =
            Opening { department, boss: Some(boss), seat: Seat::Desk, height: 0, member: None };
        let person = fill(company, &opening, Some(&people[boss]), names, rng);
        left.push(Person { status: EmploymentStatus::Terminated, ..person });
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::company::COMPANIES;

    fn everybody(company: &Company, headcount: u32) -> Vec<Person<'_>> {
        hire(company, headcount, &mut DeterministicRng::of("staff"))
    }

    #[test]
    fn every_fixed_person_has_the_given_department_and_location() {
        for company in COMPANIES {
            for headcount in [60, company.headcount, 3000] {
                let people = everybody(company, headcount);
                for member in company.cast {
                    let person = people.iter().find(|person| {
                        person.member.is_some_and(|cast| std::ptr::eq(cast, member))
                    });
                    let person = person
                        .unwrap_or_else(|| panic!("{} is missing from {headcount}", member.name()));
                    assert_eq!(
                        (person.department.name, person.place.name),
                        (member.department, member.place)
                    );
                    assert!(person.seat == member.seat || member.seat == Seat::Lead);
                }
            }
        }
    }

    #[test]
    fn every_employee_except_the_head_has_a_current_manager() {
        for company in COMPANIES {
            let people = everybody(company, company.headcount);
            assert_eq!(people.iter().filter(|person| person.boss.is_none()).count(), 1);
            for boss in people.iter().filter_map(|person| person.boss).map(|boss| &people[boss]) {
                assert!(boss.height > 0 && boss.status != EmploymentStatus::Terminated, "{boss:?}");
            }
        }
    }

    /// P1: the headcount counts the people who work there, and all four statuses occur.
    #[test]
    fn headcounts_are_met_and_every_status_occurs() {
        for company in COMPANIES {
            let people = everybody(company, company.headcount);
            let of = |status| people.iter().filter(|person| person.status == status).count();
            let left = of(EmploymentStatus::Terminated);
            assert_eq!(people.len() - left, company.headcount as usize);
            assert_eq!(of(EmploymentStatus::Starting), 3, "{}", company.slug);
            assert!(left >= 5 && of(EmploymentStatus::OnLeave) >= 5, "{}", company.slug);
        }
    }
}
